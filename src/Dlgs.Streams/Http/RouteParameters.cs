using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace Dlgs.Streams.Http;

/// <summary>Of GET /v1/count.</summary>
internal sealed record CountParameters
{
    [FromQuery(Name = "excludeCallId"), Description("The call that is being set up, which is not to count itself.")]
    public string? ExcludeCallId { get; init; }

    [FromQuery(Name = "upToCallId"), Description("An ongoing call: those that began to count after it are left out. For limits.")]
    public string? UpToCallId { get; init; }
}

/// <summary>Of GET /v1/dialogs.</summary>
internal sealed record PageParameters
{
    [FromQuery(Name = "pageSize"), Description("Dialogs in the answer, 1 to 1000 (query_page). Default: 100.")]
    public string? Size { get; init; }

    [FromQuery(Name = "pageToken"), Description("nextPageToken of the answer before, with the same selection.")]
    public string? Token { get; init; }

    [FromQuery(Name = "initBefore"), Description("Only those that began at or before it, as 2026-01-31T12:00:00Z.")]
    public string? InitBefore { get; init; }

    [FromQuery(Name = "view"), Description("full or briefing. Default: full.")]
    public string? View { get; init; }
}

/// <summary>Of GET /v1/dialogs/{callId}.</summary>
internal sealed record CallParameters
{
    [FromQuery(Name = "fromTag"), Description("Only this caller's.")]
    public string? FromTag { get; init; }

    [FromQuery(Name = "sinceCseq"), Description("Only the dialog of this sinceCseq.")]
    public string? SinceCseq { get; init; }

    [FromQuery(Name = "view"), Description("full or briefing. Default: full.")]
    public string? View { get; init; }
}

/// <summary>Of GET /v1/groups.</summary>
internal sealed record GroupParameters
{
    [FromQuery(Name = "by"), Description("src, dst, data, tag or state. Required.")]
    public string? By { get; init; }

    [FromQuery(Name = "top"), Description("How many groups, the largest, 1 to 1000 (query_page). Default: 20.")]
    public string? Top { get; init; }

    [FromQuery(Name = "above"), Description("Only groups of more dialogs than this.")]
    public string? Above { get; init; }
}

/// <summary>Of DELETE /v1/tags.</summary>
internal sealed record TagParameters
{
    [FromQuery(Name = "callId"), Description("Required.")]
    public string? CallId { get; init; }

    [FromQuery(Name = "tag"), Description("Required.")]
    public string? Tag { get; init; }

    [FromQuery(Name = "fromTag"), Description("Only this caller's dialogs.")]
    public string? FromTag { get; init; }

    [FromQuery(Name = "sinceCseq"), Description("With fromTag: only this dialog.")]
    public string? SinceCseq { get; init; }

    [FromQuery(Name = "noWait"), Description("true: answer when the brokers have it, not when answers have it.")]
    public string? NoWait { get; init; }
}

/// <summary>Of GET /v1/watch.</summary>
internal sealed record WatchParameters
{
    [FromQuery(Name = "settled"), Description("true: only settled changes, what billing reads.")]
    public string? Settled { get; init; }

    [FromQuery(Name = "position"), Description("Where to begin: coverage.position of an answer, or an id of events; Last-Event-ID beats it. Default: now.")]
    public string? Position { get; init; }
}

/// <summary>Of POST /v1/count: the body says the rest.</summary>
internal sealed record BodyAnswerParameters
{
    [FromQuery(Name = "partial"), Description(AnswerParameters.AboutPartial)]
    public string? Partial { get; init; }
}
