using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests.Queries;

/// <summary>One writer and those who ask meanwhile. Some calls are up all the time: no answer is without them, however many others come and go.</summary>
public sealed class ConcurrentQueries
{
    private const int Steady = 40;
    private const int Passing = 3_000;
    /// <summary>Of those, how many are up at once.</summary>
    private const int Together = 25;

    private static readonly (FilterOperator, string)[] Filters =
        [(FilterOperator.Eq, "alice"), (FilterOperator.Sw, "al"), (FilterOperator.Re, "^al"), (FilterOperator.Fm, "a*e"), (FilterOperator.Ne, "p-1")];

    private readonly DialogStore store = new(0, DialogScript.Lifetimes);
    private volatile bool over;

    [Fact]
    public async Task Calls_that_are_up_all_the_time_are_in_every_answer()
    {
        for (var i = 0; i < Steady; i++) Begin($"steady{i}", "alice", tag: true);
        store.Commit();
        var readers = new[] { Count, Group, List }.Select(ask => Task.Run(() => { do ask(); while (!over); })).ToArray();
        try
        {
            for (var round = 0; round < 6; round++)
            {
                for (var i = 0; i < Passing; i++) Pass(i, round);
                Assert.Equal(Steady, store.Count(Select()));
            }
        }
        finally
        {
            over = true;
        }
        await Task.WhenAll(readers);
        Assert.Equal([new DialogGroup("alice", Steady)], Stores.Group(GroupKey.Src, Select(), 5));
    }

    private IReadOnlyList<DialogStore> Stores => [store, new DialogStore(1, DialogScript.Lifetimes)];

    private void Count()
    {
        foreach (var field in new[] { DialogField.Src, DialogField.Any })
            foreach (var (op, value) in Filters) Assert.InRange(store.Count(Select(Where(field, op, value))), Steady, Steady + 2 * Together);
        Assert.InRange(store.Count(Select(Where(DialogField.Src, FilterOperator.Eq, "alice"), DialogCondition.OfTag("vip"))), Steady, Steady);
        Assert.InRange(store.Count(Select(DialogCondition.OfTag("vip"))), Steady, Steady);
        Assert.InRange(store.Count(Select(Where(DialogField.Src, FilterOperator.Sw, "alice")) with { States = StateSet.Init }), Steady, Steady);
    }

    private void Group()
    {
        foreach (var by in new[] { GroupKey.Src, GroupKey.Dst })
        {
            Assert.Equal(new DialogGroup(by == GroupKey.Src ? "alice" : "bob", Steady), Stores.Group(by, Select(), 1)[0]);
            Assert.Equal([new DialogGroup(by == GroupKey.Src ? "alice" : "bob", Steady)], Stores.Group(by, Select(DialogCondition.OfTag("vip")), 2));
            Assert.Equal([new DialogGroup(by == GroupKey.Src ? "alice" : "bob", Steady)], new[] { store }.Group(by, Select(), 2, above: 30));
        }
    }

    private void List()
    {
        var listed = new List<string>();
        for (ReadOnlyMemory<byte>? after = default(ReadOnlyMemory<byte>); after is { } key;)
        {
            var page = store.List(Select(), key.Span, 20);
            listed.AddRange(page.Dialogs.Select(d => d.Id.CallId));
            after = page.Next;
        }
        Assert.Equal(listed.Order(StringComparer.Ordinal), listed);
        Assert.Equal(Steady, listed.Count(id => id.StartsWith("steady", StringComparison.Ordinal)));
    }

    /// <summary>Begins calls from ever other numbers, and undoes them: values and slots come and go.</summary>
    private void Pass(int i, int round)
    {
        Begin($"p{i % Together}", $"{(i % 3 == 0 ? "alicia" : "p")}-{i}-{round}", tag: false);
        if (i % Together == Together - 1) store.Rollback();
    }

    private void Begin(string callId, string from, bool tag)
    {
        var id = Encoding.UTF8.GetBytes(callId);
        var message = new SipMessage
        {
            CallId = id, FromTag = "f"u8, Method = SipMethod.Invite, CSeq = 1, Branch = "z9hG4bK1"u8, Vias = 1, Time = new SipTime(1_000_000),
            FromUri = Encoding.UTF8.GetBytes($"sip:{from}"), ToUri = Encoding.UTF8.GetBytes(tag ? "sip:bob" : $"sip:{from}-callee"),
        };
        store.Merge(message, default);
        if (tag) store.Merge(new TagMessage { CallId = id, Tag = "vip"u8, Time = new SipTime(1_000_000) }, default);
    }

    private static DialogSelection Select(params DialogCondition[] conditions) => new(conditions, StateSet.Ongoing);

    private static DialogCondition Where(DialogField field, FilterOperator op, string value) =>
        DialogCondition.Of(DialogFilter.Create(field, op, value, new FilterLimits(), out _)!);
}
