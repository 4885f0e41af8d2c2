using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Answers;

/// <summary>When a call began to count, between instances. Null: it is not known.</summary>
internal static class CallBegins
{
    public static CallBegin? ToRecord(this LamportTime? time) =>
        time is { } known ? new CallBegin { LamportTimeUs = known.Micros, Partition = known.Partition } : null;

    public static LamportTime? ToTime(this CallBegin? begin) => begin is null ? null : new LamportTime(begin.LamportTimeUs, begin.Partition);
}
