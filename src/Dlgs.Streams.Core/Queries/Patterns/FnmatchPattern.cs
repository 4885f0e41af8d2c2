namespace Dlgs.Streams.Core.Queries.Patterns;

/// <summary>
/// The operator fm: fnmatch(pattern, value, 0) of the C library in the C locale. Case-sensitive, whole string; * and ? take a slash and a
/// leading dot too. Every element but * takes one byte, so what stands between two stars is found at the first place where it is: no place is
/// tried again, and a match takes at most pattern times value steps.
/// </summary>
internal sealed class FnmatchPattern
{
    private readonly FnmatchRun first;
    /// <summary>Those behind a star each; empty: there is no star.</summary>
    private readonly FnmatchRun[] runs;

    public FnmatchPattern(ReadOnlySpan<byte> pattern)
    {
        var (run, read) = (new List<ByteSet>(), new List<FnmatchRun>());
        for (var i = 0; i < pattern.Length;)
        {
            switch (pattern[i++])
            {
                case (byte)'*': End(); break;
                case (byte)'?': run.Add(ByteSet.All); break;
                case (byte)'\\' when i < pattern.Length: run.Add(ByteSet.Of(pattern[i++])); break;
                // "Trailing \ loses", says glibc: it accepts nothing.
                case (byte)'\\': run.Add(default); break;
                case (byte)'[' when FnmatchBracket.TryRead(pattern, ref i, out var accepts): run.Add(accepts); break;
                case var literal: run.Add(ByteSet.Of(literal)); break;
            }
        }
        End();
        (first, runs) = (read[0], [.. read[1..]]);

        void End()
        {
            read.Add(new FnmatchRun(run));
            run.Clear();
        }
    }

    public bool Matches(ReadOnlySpan<byte> value)
    {
        if (!first.IsAt(value, 0)) return false;
        if (runs.Length == 0) return value.Length == first.Length;
        var (at, end) = (first.Length, value.Length - runs[^1].Length);
        if (end < at || !runs[^1].IsAt(value, end)) return false;
        foreach (var run in runs.AsSpan(..^1))
        {
            var found = run.IndexIn(value[at..end]);
            if (found < 0) return false;
            at += found + run.Length;
        }
        return true;
    }
}
