using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests;

/// <summary>A SIP message as tests write it; a class, so that generators can hold, shuffle and print it.</summary>
internal sealed record Message
{
    public string CallId { get; init; } = "call";
    public SipMethod Method { get; init; } = SipMethod.Invite;
    public int Status { get; init; }
    public string From { get; init; } = "a";
    public string To { get; init; } = "";
    public uint CSeq { get; init; } = 1;
    /// <summary>Branches, top first.</summary>
    public string[] Vias { get; init; } = ["u"];
    /// <summary>SIP time in milliseconds.</summary>
    public long Time { get; init; }
    public uint SessionExpires { get; init; }
    public string? Src { get; init; }
    public string? Dst { get; init; }
    public string? Data { get; init; }
    public string FromUri { get; init; } = "";
    public string ToUri { get; init; } = "";
    public string[] Tags { get; init; } = [];

    /// <summary>A tag event instead of a SIP message: "+vip" or "-vip", for every dialog of the Call.</summary>
    public string? TagEvent { get; init; }

    /// <summary>The tag event is only for the dialogs of this caller.</summary>
    public string? TagOf { get; init; }

    /// <summary>And only for the dialog of this since_cseq.</summary>
    public uint? TagSince { get; init; }

    /// <summary>A close instead of a SIP message: who closes the dialog of From and this since_cseq.</summary>
    public string? ClosedBy { get; init; }

    public uint Since { get; init; }

    public MergeOutcome MergeInto(DialogStore store, Cause cause) =>
        TagEvent is not null ? store.Merge(ToTagMessage(), cause)
            : ClosedBy is not null ? store.Merge(ToCloseMessage(), cause)
            : store.Merge(ToSipMessage(), cause);

    public bool MergeInto(Call call, LogTime log) =>
        TagEvent is not null ? call.Merge(ToTagMessage(), log)
            : ClosedBy is not null ? call.Merge(ToCloseMessage(), log)
            : Call.HasFact(ToSipMessage()) && call.Merge(ToSipMessage(), log);

    private CloseMessage ToCloseMessage() => new()
    {
        CallId = Bytes(CallId),
        FromTag = Bytes(From),
        SinceCSeq = Since,
        ClosedBy = Bytes(ClosedBy),
        Time = new SipTime(Time * 1000),
    };

    private TagMessage ToTagMessage() => new()
    {
        CallId = Bytes(CallId), Tag = Bytes(TagEvent![1..]), Remove = TagEvent[0] == '-', Time = new SipTime(Time * 1000),
        FromTag = Bytes(TagOf), HasFromTag = TagOf is not null, SinceCSeq = TagSince,
    };

    private SipMessage ToSipMessage()
    {
        var text = Bytes(string.Concat(Tags));
        var ranges = new List<Range>();
        foreach (var tag in Tags)
        {
            var start = ranges.Count == 0 ? 0 : ranges[^1].End.Value;
            ranges.Add(new Range(start, start + Encoding.UTF8.GetByteCount(tag)));
        }
        return new SipMessage
        {
            CallId = Bytes(CallId),
            FromTag = Bytes(From),
            ToTag = Bytes(To),
            Method = Method,
            Status = Status,
            CSeq = CSeq,
            Branch = Bytes(Vias[0]),
            Parent = Vias.Length > 1 ? Bytes(Vias[1]) : default,
            HasParent = Vias.Length > 1,
            Vias = Vias.Length,
            Time = new SipTime(Time * 1000),
            FromUri = Bytes(FromUri),
            ToUri = Bytes(ToUri),
            Src = Bytes(Src),
            HasSrc = Src is not null,
            Dst = Bytes(Dst),
            HasDst = Dst is not null,
            Data = Bytes(Data),
            HasData = Data is not null,
            Tags = ranges.ToArray(),
            TagText = text,
            SessionExpires = SessionExpires,
        };
    }

    public override string ToString() =>
        TagEvent is not null ? $"{Time} {CallId} {TagEvent}"
            : ClosedBy is not null ? $"{Time} {CallId} CLOSE {From}+{Since} by {ClosedBy}"
            : $"{Time} {CallId} {(Status == 0 ? "" : Status + " ")}{Method} {CSeq} {From}->{To} "
                + $"{string.Join(",", Vias)}{(SessionExpires > 0 ? $" se={SessionExpires}" : "")}";

    private static byte[] Bytes(string? text) => Encoding.UTF8.GetBytes(text ?? "");
}
