using System.Collections.Immutable;
using System.Text;
using CsCheck;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests.Queries;

/// <summary>
/// Every question equals a scan by hand over what the store would show of each Call: also after undo, restore and the reuse of slots, at any bounds.
/// </summary>
public sealed class QueryLaws
{
    private static readonly Gen<DialogCondition> Condition = Gen.Select(
        Gen.Int[0, 7], Gen.Enum<DialogField>(), Gen.Enum<FilterOperator>(),
        Gen.OneOf("alice@a.example", "bob@b.example", "carol", "", "a", "*a*", ".", "^[a-c]", "z"),
        (kind, field, op, value) => kind == 0
            ? DialogCondition.OfTag(value == "z" ? "none" : field == DialogField.Src ? "gold" : "vip")
            : DialogCondition.Of(DialogFilter.Create(field, op, value == "*a*" && op == FilterOperator.Re ? "a" : value, new FilterLimits(), out _)!));

    private static readonly Gen<StateSet> States = Gen.OneOf(
        Gen.Const(StateSet.Ongoing), Gen.Const(StateSet.All), Gen.Int[0, (int)StateSet.All].Select(bits => (StateSet)(bits & (int)StateSet.All)));

    private static readonly Gen<DialogSelection> Selection =
        Gen.Select(Condition.Array[0, 3], States, (conditions, states) => new DialogSelection(conditions, states));

    /// <summary>As a rule none.</summary>
    private static readonly Gen<SipTime?> BegunBy = Gen.Long[-12, 12].Select(s => s < 0 ? (SipTime?)null : new SipTime(s * 1_000_000));

    [Fact]
    public void Count_equals_a_scan_for_all_conditions_and_states() =>
        Gen.Select(StoreStories.Store, Selection, Gen.OneOf("", "c1", "other")).Sample((store, selection, excluded) =>
        {
            var scan = Dialogs(store).Count(d => d.State.IsOngoing() && selection.Matches(d) && d.Id.CallId != excluded);
            Assert.Equal(scan, store.Count(selection, Encoding.UTF8.GetBytes(excluded)));
        }, iter: 700);

    [Fact]
    public void Pages_of_any_size_list_in_the_order_of_Call_IDs_what_a_scan_finds() =>
        Gen.Select(StoreStories.Store, Selection, Gen.Int[1, 4], BegunBy).Sample((store, selection, size, begunBy) =>
        {
            var scan = Dialogs(store).Where(d => selection.Matches(d) && (begunBy is null || d.InitTime <= begunBy)).Select(Printed.Of);
            var listed = new List<Dialog>();
            for (ReadOnlyMemory<byte>? after = default(ReadOnlyMemory<byte>); after is { } key;)
            {
                var page = store.List(selection, key.Span, size, begunBy);
                listed.AddRange(page.Dialogs);
                after = page.Next;
            }
            Assert.Equal(scan, listed.Select(Printed.Of));
        }, iter: 700);

    [Fact]
    public void Groups_equal_grouping_by_hand_over_all_stores() =>
        Gen.Select(StoreStories.Store.Array[1, 3], Selection, Gen.Enum<GroupKey>(), Gen.Int[1, 5], Gen.Long[0, 2]).Sample(asked =>
        {
            var (stores, selection, by, limit, above) = asked;
            var dialogs = stores.SelectMany(Dialogs).Where(d => d.State.IsOngoing() && selection.Matches(d));
            var scan = dialogs.SelectMany(d => KeysOf(d, by)).GroupBy(key => key)
                .Select(group => new DialogGroup(group.Key, group.Count())).Where(group => group.Count > above)
                .OrderByDescending(group => group.Count).ThenBy(group => group.Value, StringComparer.Ordinal).Take(limit);
            Assert.Equal(scan, stores.Group(by, selection, limit, above));
        }, iter: 700);

    /// <summary>More than one lot of hashes has, many of them as large as others, and many that begin alike.</summary>
    [Fact]
    public void Groups_of_ten_thousand_values_equal_grouping_by_hand() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 40], Gen.Int[0, 3], Gen.Int[500, 10_000]).Sample((storeCount, limit, above, values) =>
        {
            DialogStore[] stores = [.. Enumerable.Range(0, storeCount).Select(i => new DialogStore(i, DialogScript.Lifetimes))];
            var calls = new List<string>();
            for (var i = 0; i < 12_000; i++)
            {
                calls.Add($"caller-{(long)i * i % values}");
                stores[i % storeCount].Merge(new SipMessage
                {
                    CallId = Encoding.UTF8.GetBytes($"c{i}"), FromTag = "a"u8, Method = SipMethod.Invite, CSeq = 1, Vias = 1, Branch = "u"u8,
                    Src = Encoding.UTF8.GetBytes(calls[i]), HasSrc = true,
                }, default);
            }
            var expected = calls.GroupBy(call => call).Select(group => new DialogGroup(group.Key, group.Count())).Where(group => group.Count > above)
                .OrderByDescending(group => group.Count).ThenBy(group => group.Value, StringComparer.Ordinal).Take(limit);
            Assert.Equal(expected, stores.Group(GroupKey.Src, new DialogSelection([], StateSet.Ongoing), limit, above));
        }, iter: 20);

    /// <summary>So many equals that they are not all looked at; and what came and went since their order was made.</summary>
    [Fact]
    public void Groups_of_many_equals_equal_grouping_by_hand() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 40], Gen.Int[6_000, 8_000], Gen.Int[1, 1_500].Array[1, 4]).Sample((storeCount, limit, values, rounds) =>
        {
            DialogStore[] stores = [.. Enumerable.Range(0, storeCount).Select(i => new DialogStore(i, DialogScript.Lifetimes))];
            var (callers, begun) = (new Dictionary<int, string>(), 0);
            while (begun < values) Begin(begun++);
            AssertEqual();
            foreach (var changes in rounds)
            {
                foreach (var (call, _) in callers.OrderBy(caller => caller.Value, StringComparer.Ordinal).Take(changes).ToArray()) End(call);
                for (var i = 0; i < changes; i++) Begin(begun++);
                AssertEqual();
            }

            void Begin(int call)
            {
                callers[call] = CallerOf(call);
                Merge(call, status: 0);
            }

            void End(int call)
            {
                callers.Remove(call);
                Merge(call, status: 486);
            }

            void Merge(int call, int status) => stores[call % storeCount].Merge(new SipMessage
            {
                CallId = Encoding.UTF8.GetBytes($"c{call}"), FromTag = "a"u8, ToTag = status > 0 ? "x"u8 : default, Method = SipMethod.Invite, Status = status,
                CSeq = 1, Vias = 1, Branch = "u"u8, Src = Encoding.UTF8.GetBytes(CallerOf(call)), HasSrc = true,
            }, default);

            void AssertEqual()
            {
                var expected = callers.Values.GroupBy(caller => caller).Select(group => new DialogGroup(group.Key, group.Count()))
                    .OrderByDescending(group => group.Count).ThenBy(group => group.Value, StringComparer.Ordinal).Take(limit);
                Assert.Equal(expected, stores.Group(GroupKey.Src, new DialogSelection([], StateSet.Ongoing), limit));
            }
        }, iter: 8);

    /// <summary>A few are busy; the others are in no order.</summary>
    private static string CallerOf(int call) => call % 997 == 0 ? $"busy-{call / 2_000}" : $"caller-{(uint)call * 2_654_435_761u:d10}";

    /// <summary>A query that does not say that it scans is not held in the places for those that do, and would hold up all others.</summary>
    [Fact]
    public void Count_pauses_if_and_only_if_it_says_that_it_is_a_scan() =>
        Gen.Select(Generators.Log, Selection).Sample((log, selection) =>
        {
            var store = StoreStories.Fold(log);
            var pauses = 0;
            store.Count(selection.Pausing(() => pauses++));
            if (!selection.IsScan) Assert.Equal(0, pauses);
            else if (store.Count(selection) > 0) Assert.NotEqual(0, pauses);
        }, iter: 500);

    /// <summary>Two values of one hash are not to be had: what then sums by the values themselves is held against what sums by hashes.</summary>
    [Fact]
    public void Groups_by_text_equal_groups_by_hash() =>
        Gen.Select(StoreStories.Store.Array[2, 3], Selection, Gen.Enum<GroupKey>().Where(by => by != GroupKey.State)).Sample((stores, selection, by) =>
        {
            var largest = new LargestGroups(limit: 3, above: 0);
            GroupQueries.AddByText(largest, [.. stores.Select(store => GroupCounts.Of(store.Index, by, selection))]);
            Assert.Equal(stores.Group(by, selection, limit: 3), largest.InOrder());
        }, iter: 500);

    [Fact]
    public void First_settled_counts_each_dialog_once_by_the_state_that_it_settled_in() =>
        Generators.Log.Sample(log =>
        {
            var (store, counted) = (new DialogStore(0, DialogScript.Lifetimes), default(FinalCounts));
            var (begun, settled) = (new HashSet<DialogId>(), new List<DialogState>());
            for (var i = 0; i < log.Length; i++)
            {
                LogFold.Step(store, log[i], i);
                if (i % 3 == 1)
                {
                    store.Rollback();
                    Assert.Equal(default, store.FirstSettled);
                    continue;
                }
                counted += store.FirstSettled;
                foreach (var change in store.Changes)
                {
                    if (change.PreviousState == DialogState.None) begun.Add(change.Dialog.Id);
                    if (change.Dialog.Settled && begun.Remove(change.Dialog.Id)) settled.Add(change.Dialog.State);
                }
                store.Commit();
            }
            Assert.Equal(settled.Count(s => s == DialogState.Terminated), counted.Terminated);
            Assert.Equal(settled.Count(s => s == DialogState.NotAnswered), counted.NotAnswered);
        }, iter: 500);

    private static ImmutableArray<string> KeysOf(Dialog dialog, GroupKey by) => by switch
    {
        GroupKey.Src => [dialog.Src],
        GroupKey.Dst => [dialog.Dst],
        GroupKey.Data => [dialog.Data],
        GroupKey.Tag => dialog.Tags,
        GroupKey.State => [dialog.State.Name()],
    };

    private static IEnumerable<Dialog> Dialogs(DialogStore store) => StoreStories.CallIds.SelectMany(id => store.Find(Encoding.UTF8.GetBytes(id)));
}
