using System.Text;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Records;

/// <summary>
/// Writes a SIP message as the event that a proxy would publish, in the protobuf wire format, without allocating: with SipEventReader the one
/// place where our own code beats the library, because it is on the way of every message. A test holds it to Google.Protobuf, byte for byte.
/// </summary>
internal sealed class SipEventWriter
{
    /// <summary>More than all tags, lengths and numbers of an event take. Of a Via they are among the bytes of its header field.</summary>
    private const int Frame = 512;

    private byte[] bytes = new byte[4096];
    private int length;

    /// <summary>
    /// The event of a message, of whose text <paramref name="text"/> is the whole; <paramref name="proxy"/> saw it. Valid until the next call.
    /// </summary>
    public ReadOnlySpan<byte> Write(scoped in SipMessage message, scoped ReadOnlySpan<byte> text, scoped ReadOnlySpan<byte> proxy)
    {
        var most = text.Length + proxy.Length + message.Src.Length + message.Dst.Length + message.Data.Length + message.TagText.Length + Frame;
        if (bytes.Length < most) bytes = new byte[Math.Max(most, 2 * bytes.Length)];
        length = 0;
        Text(SipEvent.CallIdFieldNumber, message.CallId);
        Text(SipEvent.FromTagFieldNumber, message.FromTag);
        Text(SipEvent.ToTagFieldNumber, message.ToTag);
        WriteMethod(message.Method, text);
        Number(SipEvent.StatusFieldNumber, (ulong)message.Status);
        Number(SipEvent.CseqFieldNumber, message.CSeq);
        WriteVias(message, text);
        Number(SipEvent.TimeUnixUsFieldNumber, (ulong)message.Time.Micros);
        Text(SipEvent.ProxyFieldNumber, proxy);
        Text(SipEvent.FromUriFieldNumber, message.FromUri);
        Text(SipEvent.ToUriFieldNumber, message.ToUri);
        WriteAttributes(message);
        Number(SipEvent.SessionExpiresFieldNumber, message.SessionExpires);
        return bytes.AsSpan(0, length);
    }

    private void WriteAttributes(scoped in SipMessage message)
    {
        if (message.HasSrc) Bytes(SipEvent.SrcFieldNumber, message.Src);
        if (message.HasDst) Bytes(SipEvent.DstFieldNumber, message.Dst);
        if (message.HasData) Bytes(SipEvent.DataFieldNumber, message.Data);
        foreach (var tag in message.Tags) Bytes(SipEvent.TagsFieldNumber, message.TagText[tag]);
    }

    private void WriteMethod(SipMethod method, ReadOnlySpan<byte> text)
    {
        if (SipMethods.Name(method) is { Length: > 0 } name)
        {
            Text(SipEvent.MethodFieldNumber, name);
            return;
        }
        // A method without a fact: the topic's readers may want its name all the same.
        var fields = new SipFields(FieldsOf(text));
        while (fields.MoveNext())
        {
            if (fields.Header != SipHeader.CSeq) continue;
            var value = fields.Value;
            SipText.TakeWord(ref value);
            name = SipText.TakeWord(ref value);
            Text(SipEvent.MethodFieldNumber, name);
            Ascii.ToUpper(name, bytes.AsSpan(length - name.Length), out _);
            return;
        }
    }

    /// <summary>The branch of every Via that counts, as it is, and an empty one where there are more.</summary>
    private void WriteVias(scoped in SipMessage message, ReadOnlySpan<byte> text)
    {
        if (message.Vias <= 2 && !message.Overflow)
        {
            Bytes(SipEvent.ViaBranchesFieldNumber, message.Branch);
            if (message.HasParent) Bytes(SipEvent.ViaBranchesFieldNumber, message.Parent);
            return;
        }
        var fields = new SipFields(FieldsOf(text));
        var most = message.Vias == Bounds.Vias ? Bounds.Vias + 1 : message.Vias;
        for (var written = 0; written < most && fields.MoveNext();)
        {
            if (fields.Header != SipHeader.Via) continue;
            var vias = new SipVias(fields.Value);
            while (written < most && vias.MoveNext()) Bytes(SipEvent.ViaBranchesFieldNumber, written++ < Bounds.Vias ? vias.Branch : default);
        }
    }

    private static ReadOnlySpan<byte> FieldsOf(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart("\r\n"u8);
        return text[(text.IndexOf((byte)'\n') + 1)..];
    }

    private void Text(int field, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty) Bytes(field, value);
    }

    private void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint((ulong)field << 3 | WireSpan.Bytes);
        Varint((ulong)value.Length);
        value.CopyTo(bytes.AsSpan(length));
        length += value.Length;
    }

    private void Number(int field, ulong value)
    {
        if (value == 0) return;
        Varint((ulong)field << 3 | WireSpan.Varint);
        Varint(value);
    }

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            bytes[length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        bytes[length++] = (byte)value;
    }
}
