namespace Dlgs.Streams.Kafka;

/// <summary>How long to wait before what failed is done again: twice as long each time in a row, to an end.</summary>
internal static class GrowingPause
{
    /// <summary>More would only overflow: every longest pause is reached before.</summary>
    private const int MaxDoublings = 10;

    public static TimeSpan After(int failuresInARow, TimeSpan shortest, TimeSpan longest)
    {
        var doubled = shortest * Math.Pow(2, Math.Clamp(failuresInARow - 1, 0, MaxDoublings));
        return doubled < longest ? doubled : longest;
    }
}
