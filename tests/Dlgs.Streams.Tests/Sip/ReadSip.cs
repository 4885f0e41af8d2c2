using System.Globalization;
using System.Text;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Tests.Sip;

/// <summary>What the SIP reader read, as text that outlives the datagram.</summary>
internal sealed record ReadSip(SipFailure Failure, string CallId, string FromTag, string ToTag, string Method, int Status,
    uint CSeq, string Branch, string? Parent, int Vias, string FromUri, string ToUri, uint SessionExpires, bool Overflow)
{
    public static ReadSip Of(ReadOnlySpan<byte> datagram, FieldLimits? limits = null)
    {
        var failure = SipReader.Read(datagram, limits ?? new FieldLimits(), out var m);
        return new ReadSip(failure, Text(m.CallId), Text(m.FromTag), Text(m.ToTag), m.Method.ToString(), m.Status, m.CSeq,
            Text(m.Branch), m.HasParent ? Text(m.Parent) : null, m.Vias, Text(m.FromUri), Text(m.ToUri), m.SessionExpires, m.Overflow);
    }

    public static ReadSip Of(string datagram) => Of(Encoding.UTF8.GetBytes(datagram));

    /// <summary>The field that a line of a table asks for.</summary>
    public string Field(string name) => name switch
    {
        "call-id" => CallId,
        "from-tag" => FromTag,
        "to-tag" => ToTag,
        "method" => Method,
        "status" => Status.ToString(CultureInfo.InvariantCulture),
        "cseq" => CSeq.ToString(CultureInfo.InvariantCulture),
        "branch" => Branch,
        "parent" => Parent ?? "none",
        "vias" => Vias.ToString(CultureInfo.InvariantCulture),
        "from" => FromUri,
        "to" => ToUri,
        "expires" => SessionExpires.ToString(CultureInfo.InvariantCulture),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such field"),
    };

    private static string Text(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);
}
