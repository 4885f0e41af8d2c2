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

    private static readonly Gen<DialogCondition> ByField = Gen.Select(
        Gen.Enum<DialogField>(), Gen.Enum<FilterOperator>(), Gen.OneOf("alice@a.example", "carol", "", "a", "*a*", ".", "^[a-c]"),
        (field, op, value) => DialogCondition.Of(DialogFilter.Create(field, op, value == "*a*" && op == FilterOperator.Re ? "a" : value, new FilterLimits(), out _)!));

    private static readonly Gen<DialogCondition> ByTag = Gen.OneOf("vip", "gold", "none").Select(DialogCondition.OfTag);

    private static readonly Gen<DialogCondition[]> Conditions = Gen.Frequency((3, ByField), (1, ByTag)).Array[0, 3];

    private static readonly Gen<StateSet> States = Gen.OneOf(Gen.Const(StateSet.Ongoing),
        Gen.Int[0, (int)StateSet.All].Select(bits => (StateSet)(bits & (int)StateSet.Ongoing)));

    [Fact]
    public void Count_equals_a_scan_for_all_conditions_and_sets_of_states() =>
        Gen.Select(Generators.Log, Conditions, States, Gen.OneOf("", "c1", "other")).Sample((log, conditions, states, excluded) =>
        {
            var store = Fold(log);
            var selection = new DialogSelection(conditions, states);
            var scan = Dialogs(store, excluded).Count(d => states.Includes(d.State) && conditions.All(c => c.Matches(d)));
            Assert.Equal(scan, store.Count(selection, Encoding.UTF8.GetBytes(excluded)));
        }, iter: 600);

    /// <summary>A query that does not say that it scans is not held in the places for those that do, and would hold up all others.</summary>
    [Fact]
    public void Count_walks_over_values_if_and_only_if_its_operator_says_so() =>
        Gen.Select(Generators.Log, Gen.Enum<DialogField>(), Gen.Enum<FilterOperator>()).Sample((log, field, op) =>
        {
            var store = Fold(log);
            var pauses = 0;
            var filter = DialogFilter.Create(field, op, "a", new FilterLimits(), out _)!.Pausing(() => pauses++);
            var selection = new DialogSelection([DialogCondition.Of(filter)], StateSet.Ongoing);
            store.Count(selection);
            var had = store.Index.Ongoing > 0;
            Assert.Equal(op.IsScan(), selection.IsScan);
            Assert.Equal(op.IsScan() && had, pauses > 0);
        }, iter: 200);

    [Fact]
    public void Pages_of_any_size_list_every_dialog_once_in_order() =>
        Gen.Select(Generators.Log, Gen.Int[1, 4]).Sample((log, size) =>
        {
            var store = Fold(log);
            var listed = new List<Dialog>();
            for (ReadOnlyMemory<byte>? next = default(ReadOnlyMemory<byte>); next is { } after;)
            {
                var page = store.List(new DialogSelection([], StateSet.All), after.Span, size);
                listed.AddRange(page.Dialogs);
                next = page.Next;
            }
            Assert.Equal(CallIds.SelectMany(id => store.Find(Encoding.UTF8.GetBytes(id))).Select(d => d.Id), listed.Select(d => d.Id));
        }, iter: 200);

    private static DialogStore Fold(Message[] log)
    {
        var store = new DialogStore(0, DialogScript.Lifetimes);
        for (var i = 0; i < log.Length; i++) LogFold.Step(store, log[i], i);
        return store;
    }

    private static IEnumerable<Dialog> Dialogs(DialogStore store, string excluded) =>
        CallIds.Where(id => id != excluded).SelectMany(id => store.Find(Encoding.UTF8.GetBytes(id)));
}
