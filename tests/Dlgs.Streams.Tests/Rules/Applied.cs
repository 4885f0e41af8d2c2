using System.Net;
using System.Text;
using Dlgs.Streams.Rules;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Tests.Rules;

/// <summary>What rules put on a message; null: nothing.</summary>
internal sealed record Applied(string? Src, string? Dst, string? Data, string Tags)
{
    /// <summary>The rules of a file of this text.</summary>
    public static AttributeRules Rules(string json)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, json);
            return AttributeRules.Load(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public static Applied Of(string rules, byte[] message, string source = "", string destination = "", uint captureId = 0) =>
        Of(new RuleRun(Rules(rules)), message, source, destination, captureId);

    public static Applied Of(RuleRun run, byte[] message, string source = "", string destination = "", uint captureId = 0)
    {
        var failure = SipReader.Read(message, new FieldLimits(), out var read);
        Assert.Equal(SipFailure.None, failure);
        var (from, to) = (Parse(source), Parse(destination));
        var origin = new MessageOrigin
        {
            SourceAddress = from.Address, SourcePort = from.Port, DestinationAddress = to.Address, DestinationPort = to.Port,
            CaptureId = captureId, Proxy = "edge-1"u8,
        };
        run.Apply(message, origin, ref read);
        var tags = new List<string>();
        foreach (var tag in read.Tags) tags.Add(Encoding.UTF8.GetString(read.TagText[tag]));
        return new Applied(
            read.HasSrc ? Text(read.Src) : null, read.HasDst ? Text(read.Dst) : null, read.HasData ? Text(read.Data) : null, string.Join(' ', tags));
    }

    private static (byte[] Address, ushort Port) Parse(string endPoint) =>
        endPoint.Length == 0 ? ([], (ushort)0) : IPEndPoint.Parse(endPoint) is var end ? (end.Address.GetAddressBytes(), (ushort)end.Port) : default;

    private static string Text(ReadOnlySpan<byte> text) => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(text);
}
