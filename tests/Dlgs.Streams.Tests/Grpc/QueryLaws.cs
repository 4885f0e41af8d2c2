using System.IO.Enumeration;
using System.Text.RegularExpressions;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Recordings;
using Dlgs.Streams.Records;
using Dlgs.Streams.Shared;
using Dlgs.Streams.Sip;
using Google.Protobuf;
using Dialog = Dlgs.Streams.Contracts.V1.Dialog;
using DialogState = Dlgs.Streams.Contracts.V1.DialogState;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>Whatever is asked, through the whole surface: the answer is what a naive scan of the list at the same position gives.</summary>
public sealed class QueryLaws
{
    private const int Comparisons = 6;

    private static readonly DialogState[] Ongoing = [DialogState.Init, DialogState.Progress, DialogState.Answered, DialogState.Confirmed];

    [Fact]
    public async Task Every_answer_is_what_a_scan_of_the_list_gives_while_events_come_in()
    {
        await using var host = await QueryHost.StartAsync(partitions: 5);
        // Not up to the end, where hardly anything is up.
        var events = Load("bulk");
        var parts = events.Chunk(events.Count / (Comparisons + 1)).Take(Comparisons);
        var random = new Random(12);
        foreach (var part in parts)
        {
            // Somebody asks all the time, also while a Call is being put back.
            using var over = new CancellationTokenSource();
            var asking = Task.Run(() => AskOnAndOnAsync(host, over.Token), TestContext.Current.CancellationToken);
            foreach (var sent in part) await MergeAsync(host, sent);
            await over.CancelAsync();
            await asking;
            await CompareAsync(host, random);
        }
    }

    private static async Task CompareAsync(QueryHost host, Random random)
    {
        var (all, position) = await ListAsync(host);
        var up = all.Where(d => Ongoing.Contains(d.State)).ToArray();
        var some = up[random.Next(up.Length)];
        DialogFilter[] filters = [.. Filters(some)];

        var count = await host.CountAsync(new CountRequest { Filters = { filters }, ExcludeCallId = some.CallId });
        Assert.Equal(filters.Select(filter => up.LongCount(d => Matches(filter, d) && d.CallId != some.CallId)), count.Counts);
        var ringing = await host.CountAsync(new CountRequest { Filters = { filters }, States = { DialogState.Progress, DialogState.Init } });
        Assert.Equal(filters.Select(filter => up.LongCount(d => Matches(filter, d) && d.State is (DialogState.Progress or DialogState.Init))), ringing.Counts);
        foreach (var filter in filters)
        {
            Assert.Equal(all.Where(d => Matches(filter, d)), (await ListAsync(host, filter)).Dialogs);
            Assert.Equal(all.Where(d => Matches(filter, d)).Take(3).Select(d => d.Id),
                (await host.GetAsync(new GetRequest { Filter = filter, Limit = 3 })).Dialogs.Select(d => d.Id));
        }
        Assert.Equal(all.Where(d => d.CallId == some.CallId), (await host.GetAsync(new GetRequest { CallId = some.CallId })).Dialogs);
        Assert.Equal([some], (await host.GetAsync(new GetRequest { DialogId = some.Id })).Dialogs);
        await CompareTotalsAsync(host, up, filters[0]);
        // Nothing came meanwhile: all of them were of one position.
        Assert.Equal(position, (await host.CountAsync(new CountRequest())).Coverage.Position);
    }

    private static async Task CompareTotalsAsync(QueryHost host, Dialog[] up, DialogFilter filter)
    {
        var stats = (await host.StatsAsync(new StatsRequest())).Active;
        Assert.Equal(Ongoing.Select(state => up.LongCount(d => d.State == state)), [stats.Init, stats.Progress, stats.Answered, stats.Confirmed]);
        foreach (var (by, key) in new (GroupField, Func<Dialog, string>)[] { (GroupField.Src, d => d.Src), (GroupField.Dst, d => d.Dst) })
        {
            Assert.Equal(GroupsOf(up, key), (await host.GroupAsync(new GroupRequest { By = by, Top = 10 })).Groups);
            var some = up.Where(d => Matches(filter, d));
            Assert.Equal(GroupsOf(some, key), (await host.GroupAsync(new GroupRequest { By = by, Top = 10, Filters = { filter } })).Groups);
        }
    }

    /// <summary>All pages, and the position of the first.</summary>
    private static async Task<(Dialog[] Dialogs, ByteString Position)> ListAsync(QueryHost host, params DialogFilter[] filters)
    {
        var pages = await host.StreamListAsync(new ListRequest { Filters = { filters }, PageSize = 1_000 });
        return ([.. pages.SelectMany(page => page.Dialogs)], pages[0].Coverage.Position);
    }

    private static IEnumerable<DialogGroup> GroupsOf(IEnumerable<Dialog> dialogs, Func<Dialog, string> key) => dialogs.GroupBy(key)
        .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Take(10)
        .Select(group => new DialogGroup { Value = group.Key, Count = group.Count() });

    private static IEnumerable<DialogFilter> Filters(Dialog of) =>
        from field in Enum.GetValues<DialogField>()
        from asked in new[]
        {
            (FilterOperator.Eq, of.Src), (FilterOperator.Ne, of.Dst), (FilterOperator.Sw, of.Src[..^3]),
            (FilterOperator.Re, $"{of.Dst[..2].ToUpperInvariant()}|{of.Src[1..3]}"), (FilterOperator.Fm, $"{of.Src[0]}*{of.Src[^1]}"),
        }
        select new DialogFilter { Field = field, Operator = asked.Item1, Value = asked.Item2 };

    private static bool Matches(DialogFilter filter, Dialog dialog)
    {
        string[] values = filter.Field switch
        {
            DialogField.Src => [dialog.Src],
            DialogField.Dst => [dialog.Dst],
            DialogField.Data => [dialog.Data],
            DialogField.Any => [dialog.Src, dialog.Dst, dialog.Data],
        };
        return values.Any(value => filter.Operator switch
        {
            FilterOperator.Eq => value == filter.Value,
            FilterOperator.Ne => value != filter.Value,
            FilterOperator.Sw => value.StartsWith(filter.Value, StringComparison.Ordinal),
            FilterOperator.Re => Regex.IsMatch(value, filter.Value, RegexOptions.IgnoreCase),
            FilterOperator.Fm => FileSystemName.MatchesSimpleExpression(filter.Value, value, ignoreCase: false),
        });
    }

    private static async Task AskOnAndOnAsync(QueryHost host, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await host.CountAsync(new CountRequest { Filters = { new DialogFilter { Field = DialogField.Any, Operator = FilterOperator.Re, Value = "1|2" } } });
            await host.GroupAsync(new GroupRequest { By = GroupField.Dst });
            await host.ListAsync(new ListRequest { PageSize = 50 });
        }
    }

    private static async Task MergeAsync(QueryHost host, (SipEvent Event, LogTime Log) sent)
    {
        foreach (var view in host.Registry.Views)
        {
            view.ProvenAt = TimeProvider.System.GetTimestamp();
            view.Store!.Advance(sent.Log, default);
        }
        await host.Appends.AppendAsync(host.Registry, sent.Event);
    }

    private static List<(SipEvent Event, LogTime Log)> Load(string name)
    {
        var events = new List<(SipEvent, LogTime)>();
        using var recording = Recording.Open(Judge.FileOf(name), new FieldLimits());
        while (recording.TryRead(out var frame))
            while (recording.TryTake(ref frame, out var message))
            {
                message.Time = new SipTime(frame.TimeMicros);
                events.Add((SipEvents.ToEvent(message, frame.Message, frame.Proxy), new LogTime(frame.TimeMicros)));
            }
        return events;
    }
}
