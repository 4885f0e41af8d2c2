using CsCheck;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>What holds of every set of facts, whatever it says.</summary>
public sealed class CallLaws
{
    private static readonly LogTime Late = new(20_000_000_000);

    [Theory]
    [MemberData(nameof(TinyBounds.All), MemberType = typeof(TinyBounds))]
    public void Order_of_messages_changes_nothing(int bounds) =>
        Generators.Call.SelectMany(messages => Gen.Shuffle(messages).Select(shuffled => (messages, shuffled))).Sample(
            pair => Print(Fold(pair.messages, bounds)) == Print(Fold(pair.shuffled, bounds)),
            print: pair => Show(pair.messages, Fold(pair.messages, bounds)) + "\nshuffled\n" + Show(pair.shuffled, Fold(pair.shuffled, bounds)), iter: 5_000);

    [Theory]
    [MemberData(nameof(TinyBounds.All), MemberType = typeof(TinyBounds))]
    public void Repetition_of_messages_changes_nothing(int bounds) =>
        Generators.Call.SelectMany(messages => Gen.Shuffle(messages).Select(again => (messages, again))).Sample(
            pair =>
            {
                var store = Fold(pair.messages, bounds);
                var before = Print(store);
                var records = store.CallCount;
                foreach (var message in pair.again) Assert.NotEqual(MergeOutcome.Merged, message.MergeInto(store, default));
                return Print(store) == before && store.CallCount == records;
            },
            print: pair => Show(pair.messages, Fold(pair.messages, bounds)), iter: 3_000);

    [Fact]
    public void A_dialog_reports_gapless_sequences_from_one_state_to_the_next() =>
        Generators.Log.Sample(
            log =>
            {
                var (store, last) = (new DialogStore(0, DialogScript.Lifetimes), new Dictionary<DialogId, Dialog>());
                for (var i = 0; i < log.Length; i++)
                {
                    LogFold.Step(store, log[i], i);
                    foreach (var change in store.Changes)
                    {
                        // A call that was forgotten is a new one when it comes again.
                        var isNew = change is { PreviousState: DialogState.None, Dialog.Sequence: 1 };
                        var previous = isNew ? null : last[change.Dialog.Id];
                        Assert.Equal((previous?.Sequence ?? 0) + 1, change.Dialog.Sequence);
                        Assert.Equal(previous?.State ?? DialogState.None, change.PreviousState);
                        Assert.False(previous is not null && !change.Dialog.Settled && Same(previous, change.Dialog), "A change has to change something.");
                        last[change.Dialog.Id] = change.Dialog;
                    }
                    store.Commit();
                }
            }, print: Show, iter: 3_000);

    [Fact]
    public void Every_finished_dialog_settles_and_every_call_is_forgotten_in_the_end() =>
        Generators.Log.Sample(
            log =>
            {
                var last = new Dictionary<DialogId, Dialog>();
                var store = new DialogStore(0, DialogScript.Lifetimes);
                foreach (var change in LogFold.Changes(store, log)) last[change.Dialog.Id] = change.Dialog;
                store.Advance(new LogTime(long.MaxValue / 2), default);
                foreach (var change in store.Changes) last[change.Dialog.Id] = change.Dialog;
                return store.CallCount == 0 && last.Values.All(d => d.State.IsFinished() && (d.Settled || d.EndReason == EndReason.Superseded));
            }, print: Show, iter: 5_000);

    private static bool Same(Dialog a, Dialog b) => (a.State, a.EndReason, a.SipStatus, a.EndedBy) == (b.State, b.EndReason, b.SipStatus, b.EndedBy);

    /// <summary>All messages at one log time: the law of permutation is about everything but when they arrived.</summary>
    private static DialogStore Fold(IEnumerable<Message> messages, int bounds)
    {
        var store = new DialogStore(0, DialogScript.Lifetimes, TinyBounds.Of(bounds));
        store.Advance(Late, default);
        foreach (var message in messages) message.MergeInto(store, default);
        store.Advance(Late + TimeSpan.FromSeconds(1), default);
        return store;
    }

    private static string Print(DialogStore store) =>
        string.Join('\n', store.DialogsOf("call"u8).Select(d => (d with { Sequence = 0 }) is var plain ? Printed.Of(plain) : ""));

    private static string Show(Message[] messages) => string.Join('\n', messages.Select(m => m.ToString()));

    private static string Show(Message[] messages, DialogStore store) => Show(messages) + "\n=>\n" + Print(store);
}
