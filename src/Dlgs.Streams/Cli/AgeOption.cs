using System.CommandLine;
using Google.Protobuf.WellKnownTypes;

namespace Dlgs.Streams.Cli;

/// <summary>--longer-than: since when a call has to be up.</summary>
internal sealed class AgeOption(string description)
{
    private const int LongestDays = 366;

    private readonly SpanOption span = new("--longer-than", 0, LongestDays * 86_400, description);

    public void AddTo(Command command) => command.Add(span);

    /// <summary>The latest beginning; null: any.</summary>
    public Timestamp? InitBefore(ParseResult result, TimeProvider time) =>
        result.GetValue(span) is { } age ? Timestamp.FromDateTimeOffset(time.GetUtcNow() - age) : null;
}
