namespace Dlgs.Streams.Partitions;

/// <summary>An event is not in the input, or nobody knows yet whether it is; in words for an operator.</summary>
internal sealed class AppendFailure(string why) : Exception(why)
{
    /// <summary>Too much waits to be sent: it was not even tried.</summary>
    public bool IsOverload { get; init; }
}
