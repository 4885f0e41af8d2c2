using System.ComponentModel;
using Dlgs.Streams.Answers;
using Dlgs.Streams.Contracts.V1;
using Microsoft.AspNetCore.Mvc;

namespace Dlgs.Streams.Http;

/// <summary>What a query string says of any answer.</summary>
internal sealed record AnswerParameters
{
    public const string AboutPartial = "206: that status, not 200, for an answer that lacks partitions. Its header Dlgs-Missing-Partitions has them anyway.";

    [FromQuery(Name = "complete"), Description("true: 503 rather than an answer that lacks partitions.")]
    public string? Complete { get; init; }

    [FromQuery(Name = "partial"), Description(AboutPartial)]
    public string? Partial { get; init; }

    [FromQuery(Name = "position"), Description("coverage.position of an answer before: this one is waited for until it is not older.")]
    public string? Position { get; init; }

    [FromQuery(Name = "partitions"), Description("true: coverage lists each partition.")]
    public string? Partitions { get; init; }

    public bool WantsPartialStatus() => Partial switch
    {
        null or "200" => false,
        "206" => true,
        _ => throw QueryRefusal.Argument("partial", "200 or 206."),
    };

    public Demand ToDemand() => new()
    {
        Complete = ParameterText.Flag(Complete, "complete"),
        Position = ParameterText.Bytes(Position, "position"),
        Partitions = ParameterText.Flag(Partitions, "partitions"),
    };
}
