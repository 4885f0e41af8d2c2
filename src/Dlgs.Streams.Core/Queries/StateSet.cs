using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Queries;

/// <summary>A set of states: bit n stands for the state of number n.</summary>
[Flags]
public enum StateSet : byte
{
    /// <summary>No state.</summary>
    None = 0,
    /// <summary><see cref="DialogState.Init"/>.</summary>
    Init = 1 << DialogState.Init,
    /// <summary><see cref="DialogState.Progress"/>.</summary>
    Progress = 1 << DialogState.Progress,
    /// <summary><see cref="DialogState.Answered"/>.</summary>
    Answered = 1 << DialogState.Answered,
    /// <summary><see cref="DialogState.Confirmed"/>.</summary>
    Confirmed = 1 << DialogState.Confirmed,
    /// <summary><see cref="DialogState.Terminated"/>.</summary>
    Terminated = 1 << DialogState.Terminated,
    /// <summary><see cref="DialogState.NotAnswered"/>.</summary>
    NotAnswered = 1 << DialogState.NotAnswered,
    /// <summary>The four that counts are of.</summary>
    Ongoing = Init | Progress | Answered | Confirmed,
    /// <summary>Every state, finished ones too.</summary>
    All = Ongoing | Terminated | NotAnswered,
}

/// <summary>Questions about a set of states.</summary>
public static class StateSets
{
    /// <summary>The set of one state.</summary>
    public static StateSet Of(DialogState state) => (StateSet)(1 << (int)state);

    /// <summary>Whether a set has a state.</summary>
    public static bool Includes(this StateSet set, DialogState state) => ((int)set >> (int)state & 1) != 0;

    /// <summary>dlgs' names of the states in a set.</summary>
    public static IEnumerable<string> Names(this StateSet set) =>
        Enum.GetValues<DialogState>().Where(state => set.Includes(state)).Select(state => state.Name());
}
