using System.Collections.Concurrent;
using Dlgs.Streams.Contracts.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dlgs.Streams.SystemTests.Cluster;

/// <summary>
/// Asks everything of instances, again and again, and keeps the answers. No answer is older than one that had come when it was asked for: who has a
/// partition by a lower generation, or less of its log, has lost it.
/// </summary>
internal sealed class Interview(string servers, RecordedTraffic traffic) : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(4);
    private static readonly StatusCode[] Refusals = [StatusCode.Unavailable, StatusCode.DeadlineExceeded, StatusCode.Cancelled];
    private static readonly DialogState[] Up = [DialogState.Init, DialogState.Progress, DialogState.Answered, DialogState.Confirmed];

    private readonly LogEnds ends = new(servers, traffic.Topics.SipEvents);
    private readonly ConcurrentDictionary<string, GrpcChannel> channels = new();
    private readonly ConcurrentDictionary<int, (long Generation, long Committed)> known = new();
    private readonly ConcurrentQueue<Answered> answers = new();
    private readonly ConcurrentQueue<string> faults = new();

    public IReadOnlyCollection<Answered> Answers => answers;

    /// <summary>What was refused, or not answered in time.</summary>
    public int Refused { get; private set; }

    /// <summary>Everything once, of one instance; the list is walked over all that are given. Whether all was answered, and complete.</summary>
    public async Task<bool> AskAsync(params string[] addresses)
    {
        var isComplete = true;
        foreach (var ask in new[] { CountAsync, StatsAsync, GroupAsync, GetAsync, ListAsync })
        {
            var before = known.ToDictionary();
            try
            {
                var answer = await ask(addresses);
                answer.Ends = ends.Ask();
                Keep(answer, before);
                isComplete &= answer.Coverage.Complete || answer.What.StartsWith("get ", StringComparison.Ordinal);
            }
            catch (RpcException e) when (Refusals.Contains(e.StatusCode))
            {
                Refused++;
                isComplete = false;
            }
            catch (RpcException e)
            {
                faults.Enqueue($"{addresses[0]}: {ask.Method.Name} {e.Status}");
            }
        }
        return isComplete;
    }

    /// <summary>Until everything is answered completely once more by each.</summary>
    public async Task UntilCompleteAsync(Func<IEnumerable<string>> addresses, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        foreach (var address in addresses())
            while (!await AskAsync([address, .. addresses()]))
                Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60), $"complete answers of {address} {what}");
    }

    /// <summary>Events that are in the log and in no answer of an instance yet. Of a partition that is missing there, all of them.</summary>
    public long Behind(string address)
    {
        var there = ends.Ask();
        var said = Client(address).Count(new CountRequest { Demand = Positions() }).Coverage.Partitions
            .ToDictionary(partition => partition.Partition, partition => partition.ProcessedOffset);
        return there.Sum(end => Math.Max(0, end.Value - said.GetValueOrDefault(end.Key)));
    }

    /// <summary>All answers so far are what the log says.</summary>
    /// <param name="log">What the instances said.</param>
    public void Check(string log)
    {
        Assert.True(!log.Contains("The program failed", StringComparison.Ordinal), $"{string.Join('\n', faults)}\n\n{log}");
        var history = DialogHistory.Read(servers, traffic.Topics, RecordedTraffic.Partitions);
        var wrong = answers.Select(answer => (answer, Fault: answer.Holds(history, answer.Spans))).Where(each => each.Fault is not null)
            .Select(each => $"{each.answer}: {each.Fault}").Concat(faults).ToArray();
        Assert.True(wrong.Length == 0, $"{wrong.Length} of {answers.Count} answers, {Refused} refusals:\n{string.Join('\n', wrong.Take(10))}");
        // While calls come and go there are bounds, which may be far apart on a slow machine; once they have ended, there is one number.
        var exact = answers.Count(answer => history.Count(answer.Spans, dialog => dialog.Src == CallTraffic.Caller(1)) is var (least, most) && least == most);
        Assert.True(exact > 0, $"of {answers.Count} answers none can be held to one number");
        TestContext.Current.TestOutputHelper?.WriteLine($"{answers.Count} answers, {exact} held to one number; {Refused} refusals");
    }

    public void Dispose()
    {
        ends.Dispose();
        foreach (var channel in channels.Values) channel.Dispose();
    }

    private void Keep(Answered answer, Dictionary<int, (long Generation, long Committed)> before)
    {
        answers.Enqueue(answer);
        if (!answer.What.StartsWith("get ", StringComparison.Ordinal) && answer.FaultOfCoverage() is { } fault) faults.Enqueue($"{answer}: {fault}");
        foreach (var said in answer.Said)
        {
            if (before.TryGetValue(said.Partition, out var was) && (said.Generation < was.Generation || said.CommittedOffset < was.Committed))
                faults.Enqueue($"{answer}: partition {said.Partition} was of generation {was.Generation} up to {was.Committed}, and is {said}");
            known.AddOrUpdate(said.Partition, _ => (said.Generation, said.CommittedOffset), (_, now) =>
                (Math.Max(now.Generation, said.Generation), Math.Max(now.Committed, said.CommittedOffset)));
        }
    }

    private async Task<Answered> CountAsync(string[] at)
    {
        (DialogFilter Filter, Func<Dialog, bool> Matches)[] asked =
        [
            (Src(FilterOperator.Eq, "steady"), dialog => dialog.Src == "steady"),
            (Src(FilterOperator.Eq, CallTraffic.Caller(1)), dialog => dialog.Src == CallTraffic.Caller(1)),
            (Src(FilterOperator.Sw, "caller-"), dialog => dialog.Src.StartsWith("caller-", StringComparison.Ordinal)),
            (new DialogFilter { Tag = "vip" }, dialog => dialog.Tags.Contains("vip")),
        ];
        var answer = await Client(at[0]).CountAsync(new CountRequest { Filters = { asked.Select(each => each.Filter) }, Demand = Positions() }, Limit());
        return new(at[0], "count", answer.Coverage, (history, spans) => asked.Zip(answer.Counts)
            .Select(each => Between($"{each.First.Filter}", each.Second, history.Count(spans, each.First.Matches))).FirstOrDefault(fault => fault is not null));
    }

    private async Task<Answered> StatsAsync(string[] at)
    {
        var answer = await Client(at[0]).StatsAsync(new StatsRequest { Demand = Positions() }, Limit());
        return new(at[0], "stats", answer.Coverage, (history, spans) =>
        {
            var (least, most) = history.Settled(spans);
            return Between("confirmed", answer.Active.Confirmed, history.Count(spans, dialog => dialog.State == DialogState.Confirmed))
                ?? Between("up", answer.ActiveTotal, history.Count(spans, _ => true))
                ?? Between("terminated", answer.Final.Terminated, (least.Terminated, most.Terminated));
        }) { IsOfCommitted = true };
    }

    private async Task<Answered> GroupAsync(string[] at)
    {
        var answer = await Client(at[0]).GroupAsync(new GroupRequest { By = GroupField.Src, Top = 1_000, Demand = Positions() }, Limit());
        return new(at[0], "group", answer.Coverage, (history, spans) => history.Within(spans).SelectMany(versions => versions).OfType<Dialog>()
            .Select(dialog => dialog.Src).Distinct().Select(src => Between($"of {src}",
                answer.Groups.SingleOrDefault(group => group.Value == src)?.Count ?? 0, history.Count(spans, dialog => dialog.Src == src)))
            .FirstOrDefault(fault => fault is not null));
    }

    private async Task<Answered> GetAsync(string[] at)
    {
        var callId = $"steady-{answers.Count % RecordedTraffic.Partitions}";
        var answer = await Client(at[0]).GetAsync(new GetRequest { CallId = callId, Demand = Positions() }, Limit());
        return new(at[0], $"get {callId}", answer.Coverage, (history, spans) =>
            Listed(answer.Dialogs, history.Within(spans).Where(versions => versions.Exists(dialog => dialog?.CallId == callId))));
    }

    /// <summary>Each page of the next instance. A partition that was in some pages and missing in others is not looked at.</summary>
    private async Task<Answered> ListAsync(string[] at)
    {
        var (request, dialogs, pages) = (new ListRequest { PageSize = 25, States = { Up }, Demand = Positions() }, new List<Dialog>(), new List<Coverage>());
        do
        {
            var page = await Client(at[pages.Count % at.Length]).ListAsync(request, Limit());
            dialogs.AddRange(page.Dialogs);
            pages.Add(page.Coverage);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        PartitionCoverage[] said = [.. pages.SelectMany(Answered.OwnedIn)];
        var coverage = pages[0].Clone();
        foreach (var first in coverage.Partitions)
            first.ProcessedOffset = said.Where(page => page.Partition == first.Partition).Select(page => page.ProcessedOffset)
                .Append(first.ProcessedOffset).Min();
        coverage.MissingPartitions.AddRange(pages.SelectMany(page => page.MissingPartitions).Distinct().Except(coverage.MissingPartitions).ToArray());
        coverage.Complete = pages.TrueForAll(page => page.Complete);
        return new(at[0], "list", coverage, (history, spans) => Listed(
            dialogs.Where(dialog => spans.ContainsKey(PartitionOf(dialog.CallId))), history.Within(spans))) { Said = said };
    }

    private static string? Listed(IEnumerable<Dialog> listed, IEnumerable<List<Dialog?>> there)
    {
        var byId = listed.ToLookup(dialog => dialog.Id);
        var known = there.Where(versions => versions.Exists(dialog => dialog is not null))
            .ToDictionary(versions => versions.OfType<Dialog>().First().Id, versions => versions);
        return byId.FirstOrDefault(each => each.Count() > 1) is { } twice ? $"{twice.Key} is there twice"
            : byId.FirstOrDefault(each => !known.GetValueOrDefault(each.Key, []).Contains(each.First())) is { } other ? $"{other.First()} was never so"
            : known.FirstOrDefault(each => !each.Value.Contains(null) && !byId.Contains(each.Key)) is { Key: not null } absent ? $"{absent.Key} is not there"
            : null;
    }

    private static string? Between(string what, long said, (long Least, long Most) bounds) =>
        said >= bounds.Least && said <= bounds.Most ? null : $"{what}: {said}, and not {bounds.Least} to {bounds.Most}";

    private static DialogFilter Src(FilterOperator op, string value) => new() { Field = DialogField.Src, Operator = op, Value = value };

    private static int PartitionOf(string callId) =>
        Dlgs.Streams.Client.CallIdPartitioner.PartitionOf(System.Text.Encoding.UTF8.GetBytes(callId), RecordedTraffic.Partitions);

    private static Demand Positions() => new() { Partitions = true };

    private static CallOptions Limit() => new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Deadline);

    private DialogQuery.DialogQueryClient Client(string address) => new(channels.GetOrAdd(address, at => GrpcChannel.ForAddress(at)));
}
