namespace Dlgs.Streams.Kafka;

/// <summary>The service's topics.</summary>
internal sealed record Topics(string Prefix)
{
    /// <summary>In: SipEvents by Call-ID.</summary>
    public string SipEvents => Prefix + "sip-events";
    /// <summary>Out: every change.</summary>
    public string DialogChanges => Prefix + "dialog-changes";
    /// <summary>Out: settled changes only, for billing.</summary>
    public string Calls => Prefix + "calls";
    /// <summary>The service's own memory, compacted.</summary>
    public string DialogStore => Prefix + "dialog-store";
    /// <summary>Records that could not be used.</summary>
    public string DeadLetters => Prefix + "sip-events.dead-letters";

    /// <summary>In the order of <see cref="TopicIds.All"/>.</summary>
    public string[] All => [SipEvents, DialogStore, DialogChanges, Calls, DeadLetters];

    public string[] Outputs => [DialogChanges, Calls, DialogStore, DeadLetters];
}
