using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Queries;

/// <summary>What there is to know of an operator: a new one does not compile until all of it is said.</summary>
public static class FilterOperators
{
    /// <summary>The operators by dlgs' names.</summary>
    public static NameTable<FilterOperator> Names { get; } = new(Enum.GetValues<FilterOperator>(), Name);

    /// <summary>The operators as help explains them: "eq, ne, re (...) or fm (...)".</summary>
    public static string Explained { get; } = new NameTable<FilterOperator>(Enum.GetValues<FilterOperator>(), Explain).Either;

    /// <summary>dlgs' name of an operator.</summary>
    public static string Name(this FilterOperator @operator) => TraitsOf(@operator).Name;

    /// <summary>Whether it has to look at every distinct value, where the others ask for one.</summary>
    public static bool IsScan(this FilterOperator @operator) => TraitsOf(@operator).IsScan;

    /// <summary>Whether its value is a pattern, which costs more than its bytes and so has a limit of its own.</summary>
    public static bool IsPattern(this FilterOperator @operator) => TraitsOf(@operator).IsPattern;

    private static string Explain(FilterOperator @operator) =>
        TraitsOf(@operator) is { Meaning.Length: > 0 } traits ? $"{traits.Name} ({traits.Meaning})" : @operator.Name();

    private static Traits TraitsOf(FilterOperator @operator) => @operator switch
    {
        FilterOperator.Eq => new("eq", "", IsScan: false, IsPattern: false),
        FilterOperator.Ne => new("ne", "", IsScan: false, IsPattern: false),
        FilterOperator.Re => new("re", "POSIX extended, any case", IsScan: true, IsPattern: true),
        FilterOperator.Sw => new("sw", "starts with", IsScan: true, IsPattern: false),
        FilterOperator.Fm => new("fm", "fnmatch", IsScan: true, IsPattern: true),
    };

    /// <param name="Name">dlgs' name.</param>
    /// <param name="Meaning">Empty: the name says it.</param>
    /// <param name="IsScan">See <see cref="FilterOperators.IsScan"/>.</param>
    /// <param name="IsPattern">See <see cref="FilterOperators.IsPattern"/>.</param>
    private readonly record struct Traits(string Name, string Meaning, bool IsScan, bool IsPattern);
}
