using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Tests;

/// <summary>Bounds so small that every generated Call hits some: what is kept must not depend on what came first.</summary>
internal static class TinyBounds
{
    /// <summary>Bounds of 1 and 2, and the service's.</summary>
    public static TheoryData<int> All => [1, 2, 0];

    public static Bounds Of(int size) => size == 0 ? Bounds.Default : new Bounds
    {
        FromTags = size, CSeqs = size, Branches = size, AnsweredPairs = size,
        LivePairs = size, AckPairs = size, AckBranches = size, TagFacts = size, Closes = size,
    };
}
