using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Queries;

namespace Dlgs.Streams.Answers;

/// <summary>What one answer is about, and which field of the request says so.</summary>
internal sealed record QuerySelection(string Name, DialogSelection Selection)
{
    /// <summary>Whether counting has to walk over values or dialogs.</summary>
    public bool IsScan => Selection.IsScan;

    public bool Matches(Dialog dialog) => Selection.Matches(dialog);

    /// <summary>For one scan, which it pauses now and then with the name of what asks for it.</summary>
    public DialogSelection Pausing(Action<string> pause) => Selection.Pausing(() => pause(Name));
}
