using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>How long what comes in may be, and what is kept of a call.</summary>
internal sealed record LimitOptions
{
    [Setting("limit_call_id", "Bytes of a Call-ID, at most."), Bytes(16, 1_024)]
    public int CallId { get; init; } = 256;

    [Setting("limit_tag", "Bytes of a SIP tag or an operator's tag, at most."), Bytes(16, 1_024)]
    public int Tag { get; init; } = 128;

    [Setting("limit_text", "Bytes of a URI or an attribute, at most."), Bytes(16, 16_384)]
    public int Text { get; init; } = 1_024;

    [Setting("limit_record", "Bytes of a call's record, at most; one that would grow beyond takes only the ends of its dialogs."), Bytes(32_768, 900_000)]
    public int Record { get; init; } = 262_144;
}

[OptionsValidator]
internal sealed partial class LimitOptionsCheck : IValidateOptions<LimitOptions>;
