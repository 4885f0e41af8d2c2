using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Grpc;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>Bad queries are INVALID_ARGUMENT, naming the field and what is allowed.</summary>
public sealed class BadQueryTests
{
    private static readonly Dictionary<string, CountRequest> Counts = new()
    {
        ["filters: at most 32, those in also included."] = new() { Filters = { Enumerable.Repeat(new DialogFilter(), 33) } },
        ["filters[1].field: any, src, dst or data."] = new() { Filters = { new DialogFilter(), new DialogFilter { Field = (DialogField)9 } } },
        ["filters[0].operator: eq, ne, re, sw or fm."] = new() { Filters = { new DialogFilter { Operator = (FilterOperator)9 } } },
        ["filters[0].value: at most 1024 bytes; it has 1025."] = new() { Filters = { new DialogFilter { Value = new string('v', 1025) } } },
        ["filters[0].value: at most 256 bytes; it has 257."] = Value(FilterOperator.Fm, new string('*', 257)),
        ["filters[0].value: a POSIX extended regular expression; in this one a ( is not closed."] = Value(FilterOperator.Re, "("),
        ["filters[0].value: at most 1000 positions, with intervals written out; it has 9610."] = Value(FilterOperator.Re, "(a.{0,30}){310}"),
        ["filters[0].tag: 1 to 128 bytes."] = new() { Filters = { new DialogFilter { Tag = "" } } },
        ["exclude_call_id: 0 to 256 bytes."] = new() { ExcludeCallId = new string('ß', 129) },
        ["up_to_call_id: 0 to 256 bytes."] = new() { UpToCallId = new string('ß', 129) },
        ["states: of ongoing dialogs: init, progress, answered, confirmed."] = new() { States = { DialogState.Init, DialogState.Terminated } },
        ["demand.positions[0].partition: 0 to 0."] = new() { Demand = new Demand { Positions = { new Position { Partition = 1 } } } },
        ["demand.positions[0].offset: not below 0."] = new() { Demand = new Demand { Positions = { new Position { Offset = -1 } } } },
        ["demand.positions: at most one for each of the 1 partitions."] = new() { Demand = new Demand { Positions = { new Position(), new Position() } } },
    };

    private static readonly Dictionary<string, GetRequest> Gets = new()
    {
        ["of: call_id, dialog_id or filter."] = new(),
        ["call_id: 1 to 256 bytes."] = new() { CallId = "" },
        ["limit: 1 to 1000, or 0 for 100."] = new() { CallId = "a", Limit = -1 },
        ["filter.field: any, src, dst or data."] = new() { Filter = new DialogFilter { Field = (DialogField)4 } },
        ["from_tag, since_cseq: with call_id only."] = new() { Filter = new DialogFilter(), FromTag = "a" },
        ["states: init, progress, answered, confirmed, terminated, notanswered."] = new() { CallId = "a", States = { DialogState.Unspecified } },
    };

    private static readonly Dictionary<string, ListRequest> Lists = new()
    {
        ["page_size: 1 to 1000, or 0 for 100."] = new() { PageSize = 1001 },
        ["page_token: what next_page_token of the answer before had."] = new() { PageToken = "page 2" },
        ["states: init, progress, answered, confirmed, terminated, notanswered."] = new() { States = { (DialogState)7 } },
    };

    private static CountRequest Value(FilterOperator op, string value) => new() { Filters = { new DialogFilter { Operator = op, Value = value } } };

    [Fact]
    public async Task Bad_arguments_are_named_with_what_is_allowed()
    {
        await using var host = await QueryHost.StartAsync();
        foreach (var (expected, request) in Counts) await RefusesAsync(expected, host.CountAsync(request));
        foreach (var (expected, request) in Gets) await RefusesAsync(expected, host.GetAsync(request));
        foreach (var (expected, request) in Lists) await RefusesAsync(expected, host.ListAsync(request));
    }

    /// <summary>Whoever sends garbage gets an error of his own, and no say in the log.</summary>
    [Theory]
    [InlineData("FF FF FF")]
    [InlineData("0A 05 01")]
    [InlineData("0A 03 1A 01 FF")]
    public async Task Bytes_that_are_no_request_are_a_bad_argument_and_a_line_at_debug_level(string bytes)
    {
        await using var host = await QueryHost.StartAsync();
        var sent = Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal));
        foreach (var method in new[] { "Count", "Get", "List" })
        {
            var refused = await QueryHost.RefusedAsync(host.SendAsync(method, sent));
            Assert.Equal((StatusCode.InvalidArgument, $"request: a {method}Request in the protobuf wire format; its bytes are none."),
                (refused.StatusCode, refused.Detail));
        }
        Assert.Equal(3, host.Log.All.Count(r => r.Category == typeof(RequestReading).FullName && r.Level == LogLevel.Debug && r.Exception is null));
        Assert.DoesNotContain(host.Log.All, IsTrouble);
    }

    [Fact]
    public async Task Request_that_is_too_large_is_refused_and_says_nothing_in_the_log()
    {
        await using var host = await QueryHost.StartAsync();
        var refused = await QueryHost.RefusedAsync(host.SendAsync("Count", new byte[300 * 1024]));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.DoesNotContain(host.Log.All, IsTrouble);
    }

    /// <summary>The health check has a say of its own while the host starts.</summary>
    private static bool IsTrouble(LogRecord record) => record.Level >= LogLevel.Warning && !record.Category.Contains("HealthChecks", StringComparison.Ordinal);

    private static async Task RefusesAsync(string expected, Task query)
    {
        var refused = await QueryHost.RefusedAsync(query);
        Assert.Equal((StatusCode.InvalidArgument, expected), (refused.StatusCode, refused.Detail));
    }
}
