using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Demo;

namespace Dlgs.Streams.Tests.Demo;

/// <summary>What the demo says agrees with itself.</summary>
public sealed class DemoOutcomeTests
{
    [Fact]
    public void Calls_replayed_are_those_that_are_up_and_those_that_ended()
    {
        var outcome = new DemoOutcome();
        Take(outcome, "a", DialogState.Init, DialogState.Progress, DialogState.Confirmed);
        Take(outcome, "b", DialogState.Init, DialogState.NotAnswered);
        Assert.Equal("2 calls replayed: 1 up, 1 ended; 5 changes", outcome.Totals);
    }

    [Fact]
    public void Call_that_was_refused_and_is_tried_again_is_one_call()
    {
        var outcome = new DemoOutcome();
        Take(outcome, "a", DialogState.Init, DialogState.NotAnswered, DialogState.Init, DialogState.Confirmed);
        Assert.Equal("1 calls replayed: 1 up, 0 ended; 4 changes", outcome.Totals);
    }

    [Fact]
    public void Settled_call_has_ended_once()
    {
        var outcome = new DemoOutcome();
        Take(outcome, "a", DialogState.Init, DialogState.Terminated);
        outcome.Take(new DialogChange { CallId = "a", State = DialogState.Terminated, Settled = true, Revision = 1 });
        outcome.Take(new DialogChange { CallId = "a", State = DialogState.Terminated, Settled = true, Revision = 2 });
        Assert.Equal("1 calls replayed: 0 up, 1 ended; 4 changes", outcome.Totals);
    }

    [Fact]
    public void Callers_that_the_hints_ask_for_are_among_any_ten_calls_in_a_row()
    {
        var calls = RecordedCall.Load();
        Assert.All(Enumerable.Range(0, calls.Count - 10), first =>
            Assert.Contains(calls[first..(first + 10)], call => call.Outcome[0].Src.StartsWith("customer1", StringComparison.Ordinal)));
    }

    private static void Take(DemoOutcome outcome, string callId, params DialogState[] states)
    {
        foreach (var state in states) outcome.Take(new DialogChange { CallId = callId, State = state });
    }
}
