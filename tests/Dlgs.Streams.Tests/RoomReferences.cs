using System.Reflection;
using System.Reflection.Emit;

namespace Dlgs.Streams.Tests;

/// <summary>Which room's types a room's compiled code names: in its members, and in the instructions of their bodies.</summary>
internal static class RoomReferences
{
    private const string House = "Dlgs.Streams.";
    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly Dictionary<ushort, OpCode> Instructions =
        typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => (ushort)code.Value);

    public static IEnumerable<(Type From, Type To)> Of(Assembly assembly) =>
        from type in assembly.GetTypes()
        where RoomOf(type) is not null
        from to in Named(type).SelectMany(Parts).Distinct()
        where RoomOf(to) is not null && RoomOf(to) != RoomOf(type)
        select (type, to);

    /// <summary>Kafka of Dlgs.Streams.Kafka, Core of all in Dlgs.Streams.Core; null: it is not of this house.</summary>
    public static string? RoomOf(Type type) =>
        type.Namespace?.StartsWith(House, StringComparison.Ordinal) == true ? type.Namespace[House.Length..].Split('.')[0] : null;

    private static IEnumerable<Type?> Named(Type type) =>
    [
        type.BaseType,
        .. type.GetInterfaces(),
        .. type.GetFields(Declared).Select(field => field.FieldType),
        .. type.GetMethods(Declared).SelectMany(method => Named(method).Append(method.ReturnType)),
        .. type.GetConstructors(Declared).SelectMany(Named),
    ];

    private static IEnumerable<Type?> Named(MethodBase method) =>
    [
        .. method.GetParameters().Select(parameter => parameter.ParameterType),
        .. method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? [],
        .. Tokens(method.GetMethodBody()?.GetILAsByteArray() ?? []).SelectMany(token => Named(Resolve(method, token))),
    ];

    private static IEnumerable<Type?> Named(MemberInfo? member) => member switch
    {
        Type type => [type],
        FieldInfo field => [field.DeclaringType, field.FieldType],
        MethodInfo method => [method.DeclaringType, method.ReturnType, .. method.GetGenericArguments()],
        ConstructorInfo constructor => [constructor.DeclaringType],
        _ => [],
    };

    /// <summary>A list of T is a list and a T.</summary>
    private static IEnumerable<Type> Parts(Type? type) =>
        type is null || type.IsGenericParameter ? []
        : type.HasElementType ? Parts(type.GetElementType())
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
        : [type];

    private static MemberInfo? Resolve(MethodBase method, int token) =>
        method.Module.ResolveMember(token, method.DeclaringType!.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null);

    /// <summary>The operands that are types, fields and methods (ECMA-335, partition III).</summary>
    private static IEnumerable<int> Tokens(byte[] code)
    {
        for (var at = 0; at < code.Length;)
        {
            // Instructions of two bytes begin with 0xFE.
            var instruction = Instructions[code[at] == 0xFE ? (ushort)(0xFE00 | code[at + 1]) : code[at]];
            at += instruction.Size;
            if (instruction.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
                yield return BitConverter.ToInt32(code, at);
            at += instruction.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }
}
