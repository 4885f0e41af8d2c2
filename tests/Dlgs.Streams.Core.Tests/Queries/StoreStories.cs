using CsCheck;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests.Queries;

/// <summary>
/// Stores that have been through something: transactions that were committed, undone and restored, Calls that were forgotten, at bounds of 1, 2
/// and the service's.
/// </summary>
internal static class StoreStories
{
    public static readonly string[] CallIds = ["c1", "c2", "c3"];

    public static Gen<DialogStore> Store { get; } = Gen.Select(Generators.Log, Generators.Log, Gen.Int[0, 2], Gen.Int[0, 2]).Select(Tell);

    /// <summary>With values between, which take the slots and go.</summary>
    public static DialogStore Fold(Message[] log, Bounds? bounds = null)
    {
        var store = new DialogStore(0, DialogScript.Lifetimes, bounds);
        for (var i = 0; i < log.Length; i++)
        {
            store.Commit();
            LogFold.Step(store, log[i] with { CallId = "passing", Src = $"s{i}", FromUri = $"sip:{i}@x.example" }, i);
            store.Rollback();
            LogFold.Step(store, log[i], i);
        }
        store.Commit();
        return store;
    }

    private static DialogStore Tell(Message[] log, Message[] undone, int bounds, int story)
    {
        var store = Fold(log, TinyBounds.Of(bounds));
        if (story == 0) return store;
        for (var i = 0; i < undone.Length; i++) LogFold.Step(store, undone[i], 100 + i);
        store.Rollback();
        return story == 1 ? store : Restore(store);
    }

    private static DialogStore Restore(DialogStore store)
    {
        var restored = new DialogStore(0, DialogScript.Lifetimes, store.Bounds);
        foreach (var id in CallIds.Reverse())
            if (store.Calls.FindRecord(System.Text.Encoding.UTF8.GetBytes(id)) is { } record) restored.Restore(System.Text.Encoding.UTF8.GetBytes(id), record);
        restored.RestoreLogTime(store.LogTime);
        return restored;
    }
}
