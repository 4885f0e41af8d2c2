using System.Text.Json;
using Dlgs.Streams.Answers;
using Dlgs.Streams.Core.Queries;
using Filter = Dlgs.Streams.Contracts.V1.DialogFilter;

namespace Dlgs.Streams.Http.JsonRpc;

/// <summary>FIELD, OP and VALUE as dlgs takes them, three strings, with its words for each that is none. What comes after them it does not read.</summary>
internal sealed record FilterParameters(string FieldFault, string OperatorFault, string ValueFault)
{
    private const string CountFault = "Error counting dialogs";

    public static readonly FilterParameters OfGet = new("Invalid Field", "Invalid Operator", "Invalid Matching Value");

    public static readonly FilterParameters OfCount = new(CountFault, CountFault, CountFault);

    /// <summary>Throws <see cref="RpcFault"/>.</summary>
    public Filter Read(IReadOnlyList<JsonElement> parameters)
    {
        if (parameters.Take(3).Select(parameter => parameter.ToText()).ToArray() is not [{ } field, { } op, { } value])
            throw RpcFault.Of("Invalid Parameters", "FIELD, OP and VALUE: strings.");
        if (!DialogFields.Names.TryParse(field, out var ofField)) throw RpcFault.Of(FieldFault, $"{DialogFields.Names.Either}.");
        if (!FilterOperators.Names.TryParse(op, out var byOperator)) throw RpcFault.Of(OperatorFault, $"{FilterOperators.Names.Either}.");
        return new Filter { Field = (Contracts.V1.DialogField)ofField, Operator = (Contracts.V1.FilterOperator)byOperator, Value = value };
    }

    /// <summary>Whether the value is one, the answer tells.</summary>
    public async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (QueryRefusal refusal) when (refusal.Kind == RefusalKind.Argument)
        {
            throw RpcFault.Of(ValueFault, refusal.Allowed);
        }
    }
}
