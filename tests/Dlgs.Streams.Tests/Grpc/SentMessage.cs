using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>A message of alice's call, with what the tests of queries care for.</summary>
internal sealed record SentMessage
{
    public SipMethod Method { get; init; }
    public int Status { get; init; }
    public uint CSeq { get; init; } = 1;
    public string ToTag { get; init; } = "";
    public string? Src { get; init; }
    public string Dst { get; init; } = "";
    public string Data { get; init; } = "";
    public string? Tag { get; init; }

    public void MergeInto(DialogStore store, byte[] callId, Cause cause)
    {
        var tag = Encoding.UTF8.GetBytes(Tag ?? "");
        store.Merge(new SipMessage
        {
            CallId = callId,
            FromTag = "a"u8,
            ToTag = Encoding.UTF8.GetBytes(ToTag),
            Method = Method,
            Status = Status,
            CSeq = CSeq,
            Branch = Method == SipMethod.Invite ? "z9hG4bK1"u8 : "z9hG4bK2"u8,
            Vias = 1,
            Time = new SipTime(store.LogTime.Micros),
            Src = Encoding.UTF8.GetBytes(Src ?? ""),
            Dst = Encoding.UTF8.GetBytes(Dst),
            Data = Encoding.UTF8.GetBytes(Data),
            HasSrc = Src is not null,
            HasDst = Src is not null,
            HasData = Src is not null,
            Tags = Tag is null ? default : new Range[] { new(0, tag.Length) },
            TagText = tag,
        }, cause);
    }
}
