namespace Dlgs.Streams.Rules;

/// <summary>What is known of a message beside its text: who captured it, and where it came from and went to.</summary>
internal readonly ref struct MessageOrigin
{
    /// <summary>Name of the proxy or agent that saw it.</summary>
    public ReadOnlySpan<byte> Proxy { get; init; }

    /// <summary>The agent's id.</summary>
    public uint CaptureId { get; init; }

    /// <summary>4 or 16 bytes; empty: unknown.</summary>
    public ReadOnlySpan<byte> SourceAddress { get; init; }

    public ushort SourcePort { get; init; }

    /// <summary>4 or 16 bytes; empty: unknown.</summary>
    public ReadOnlySpan<byte> DestinationAddress { get; init; }

    public ushort DestinationPort { get; init; }

    /// <summary>Of the request that this message replies to: it came from where the reply goes.</summary>
    public MessageOrigin OfRequest() => new()
    {
        Proxy = Proxy, CaptureId = CaptureId,
        SourceAddress = DestinationAddress, SourcePort = DestinationPort, DestinationAddress = SourceAddress, DestinationPort = SourcePort,
    };
}
