using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Answers;

/// <summary>Why a query gets no answer. Each surface has its own word for each; between instances the number is it (PeerRefusal).</summary>
internal enum RefusalKind
{
    /// <summary>A field of the request is not what it may be.</summary>
    Argument,
    /// <summary>Partitions do not answer here; another time or another instance may.</summary>
    Unavailable,
    /// <summary>A limit was reached; the words name the setting.</summary>
    Exhausted,
    /// <summary>The time that a query may take is over.</summary>
    TimedOut,
    /// <summary>The caller waits no longer.</summary>
    CallerGone,
    /// <summary>No ongoing dialog is what was named.</summary>
    NotFound,
    /// <summary>The dialog does not take it: a bound is reached, or what is known of it says otherwise.</summary>
    NotTaken,
    /// <summary>Changes that were asked for were deleted.</summary>
    Deleted,
}

/// <summary>A query that is refused, in words for its caller, on whatever surface.</summary>
/// <param name="kind">What the caller can do about it.</param>
/// <param name="ofField">The field of the request that it is about; null: none.</param>
/// <param name="allowed">What is allowed there, or what happened.</param>
internal sealed class QueryRefusal(RefusalKind kind, string? ofField, string allowed) : Exception(ofField is null ? allowed : $"{ofField}: {allowed}")
{
    public RefusalKind Kind => kind;

    public string? Field => ofField;

    public string Allowed => allowed;

    /// <summary>The partitions that were asked, and whose silence is the reason; empty: it is another one.</summary>
    public IReadOnlyList<int> Missing { get; private init; } = [];

    /// <summary>Of another instance, in its words.</summary>
    public static QueryRefusal Of(PeerRefusal refusal) =>
        new((RefusalKind)refusal.Kind, refusal.Field.Length == 0 ? null : refusal.Field, refusal.Allowed) { Missing = refusal.MissingPartitions };

    public PeerRefusal ToRecord() => new() { Kind = (int)kind, Field = ofField ?? "", Allowed = allowed, MissingPartitions = { Missing } };

    public static QueryRefusal Argument(string field, string allowed) => new(RefusalKind.Argument, field, allowed);

    public static QueryRefusal Unavailable(string why) => new(RefusalKind.Unavailable, null, why);

    /// <summary>The topics were not checked yet.</summary>
    public static QueryRefusal PartitionsUnknown() => Unavailable("The instance does not know its partitions yet.");

    public static QueryRefusal NotFound(string why) => new(RefusalKind.NotFound, null, why);

    public static QueryRefusal NotTaken(string why) => new(RefusalKind.NotTaken, null, why);

    public static QueryRefusal Incomplete(IReadOnlyList<int> missing, string why) => new(RefusalKind.Unavailable, null, why) { Missing = missing };

    public static QueryRefusal Exhausted(string? field, string limit) => new(RefusalKind.Exhausted, field, limit);
}
