using System.Text;
using CsCheck;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests.Queries;

/// <summary>Counts are derived: they equal a scan over what the store would show of each Call.</summary>
public sealed class QueryLaws
{
    private static readonly string[] CallIds = ["c1", "c2", "c3"];

    private static readonly Gen<DialogFilter?> Filter = Gen.Select(
        Gen.Enum<DialogField>(), Gen.Enum<FilterOperator>(), Gen.OneOf("alice@a.example", "carol", "", "a", "*a*", ".", "^[a-c]"),
        (field, op, value) => DialogFilter.Create(field, op, value == "*a*" && op == FilterOperator.Re ? "a" : value, new FilterLimits(), out _));

    private static readonly Gen<StateSet> States = Gen.OneOf(Gen.Const(StateSet.Ongoing), Gen.Int[0, (int)StateSet.All].Select(bits => (StateSet)(bits & (int)StateSet.Ongoing)));

    [Fact]
    public void Count_equals_a_scan_for_every_operator_field_and_set_of_states() =>
        Gen.Select(Generators.Log, Filter, States, Gen.OneOf("", "c1", "other")).Sample((log, filter, states, excluded) =>
        {
            var store = Fold(log);
            var scan = Dialogs(store, excluded).Count(d => states.Includes(d.State) && (filter is null || filter.Matches(d)));
            Assert.Equal(scan, store.Count(filter, states, Encoding.UTF8.GetBytes(excluded)));
        }, iter: 400);

    /// <summary>A query that does not say that it scans is not held in the places for those that do, and would hold up all others.</summary>
    [Fact]
    public void Count_walks_over_values_if_and_only_if_its_operator_says_so() =>
        Gen.Select(Generators.Log, Gen.Enum<DialogField>(), Gen.Enum<FilterOperator>()).Sample((log, field, op) =>
        {
            var store = Fold(log);
            var pauses = 0;
            var filter = DialogFilter.Create(field, op, "a", new FilterLimits(), out _)!.Pausing(() => pauses++);
            store.Count(filter, StateSet.Ongoing, default);
            var had = store.Index.Ongoing > 0;
            Assert.Equal(op.IsScan() && had, pauses > 0);
        }, iter: 200);

    [Fact]
    public void Count_of_a_tag_equals_a_scan_for_every_set_of_states() =>
        Gen.Select(Generators.Log, Gen.OneOf("vip", "gold", "none"), States, Gen.OneOf("", "c1", "other")).Sample((log, tag, states, excluded) =>
        {
            var store = Fold(log);
            var scan = Dialogs(store, excluded).Count(d => states.Includes(d.State) && d.Tags.Contains(tag));
            Assert.Equal(scan, store.CountTagged(Encoding.UTF8.GetBytes(tag), states, Encoding.UTF8.GetBytes(excluded)));
        }, iter: 300);

    [Fact]
    public void Pages_of_any_size_list_every_dialog_once() =>
        Gen.Select(Generators.Log, Gen.Int[1, 4]).Sample((log, size) =>
        {
            var store = Fold(log);
            var listed = new List<Dialog>();
            var cursor = 0L;
            while (cursor >= 0) listed.AddRange(store.List(null, StateSet.All, size, ref cursor));
            Assert.Equal(Dialogs(store, "").Select(d => d.Id).ToHashSet(), listed.Select(d => d.Id).ToHashSet());
            Assert.Equal(listed.Count, listed.Select(d => d.Id).Distinct().Count());
        }, iter: 200);

    private static DialogStore Fold(Message[] log)
    {
        var store = new DialogStore(0, DialogScript.Lifetimes);
        for (var i = 0; i < log.Length; i++) LogFold.Step(store, log[i], i);
        return store;
    }

    private static IEnumerable<Dialog> Dialogs(DialogStore store, string excluded) => CallIds.Where(id => id != excluded).SelectMany(id => store.Find(Encoding.UTF8.GetBytes(id)));
}
