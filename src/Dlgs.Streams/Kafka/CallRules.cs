using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Sip;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Kafka;

/// <summary>What calls and their messages are held to, in the core's terms.</summary>
internal sealed class CallRules(IOptions<LifetimeOptions> lifetimes, IOptions<LimitOptions> limits)
{
    public FieldLimits Fields { get; } = new(limits.Value.CallId, limits.Value.Tag, limits.Value.Text);

    public Lifetimes Lifetimes { get; } = new()
    {
        Init = lifetimes.Value.Init,
        Active = lifetimes.Value.Active,
        Finish = lifetimes.Value.Finish,
        Late = lifetimes.Value.Late,
        LimitSessionExpires = lifetimes.Value.LimitSessionExpires,
    };

    public Bounds Bounds { get; } = new() { RecordBytes = limits.Value.Record };
}
