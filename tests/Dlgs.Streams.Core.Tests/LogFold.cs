using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests;

/// <summary>Folds a log of messages as a lane does: log time = the messages' running maximum, one transaction a message.</summary>
internal static class LogFold
{
    public static IEnumerable<DialogChange> Changes(IEnumerable<Message> log) => Changes(new DialogStore(0, DialogScript.Lifetimes), log);

    public static IEnumerable<DialogChange> Changes(DialogStore store, IEnumerable<Message> log, int from = 0)
    {
        var offset = from;
        foreach (var message in log)
        {
            Step(store, message, offset++);
            foreach (var change in store.Changes) yield return change;
            store.Commit();
        }
    }

    public static void Step(DialogStore store, Message message, int offset)
    {
        var cause = new Cause(0, offset);
        store.Advance(new LogTime(message.Time * 1000), cause);
        message.MergeInto(store, cause);
    }
}

/// <summary>Dialogs as text, for comparison.</summary>
internal static class Printed
{
    public static string Of(Dialog d) => $"{d with { Legs = [], Tags = [] }} [{string.Join(';', d.Legs)}] [{string.Join(';', d.Tags)}]";

    public static string Of(DialogChange c) => $"{c.PreviousState} {c.Cause} {c.LogTime} {Of(c.Dialog)}";

    /// <summary>All that a store can say, in order.</summary>
    public static string Of(DialogStore store) =>
        string.Join('\n', new[] { "c1", "c2", "c3" }
            .SelectMany(id => store.DialogsOf(System.Text.Encoding.UTF8.GetBytes(id))).Select(Of)
            .Append($"{store.CallCount} {store.RecordBytes} {store.OverflowCount} {store.LogTime} {store.EarliestDeadline} {Counts(store)}"));

    private static string Counts(DialogStore store) =>
        $"{store.Index.Ongoing} {string.Join(',', Enum.GetValues<DialogState>().Select(store.Index.CountOf))} "
            + $"{Counts(store.Index.Values)} {Counts(store.Index.Tags)}";

    private static string Counts(FieldValues values) => string.Join(',', Enumerable.Range(0, values.End)
        .Where(slot => values.TextOf(slot) is not null)
        .Select(slot => $"{Convert.ToHexString(values.TextOf(slot)!)}:"
            + $"{values.Src[slot]}:{values.Dst[slot]}:{values.Data[slot]}:{values.Any[slot]}:{values.All[slot]}")
        .Order());
}
