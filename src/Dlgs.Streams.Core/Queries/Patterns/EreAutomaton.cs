using System.Numerics;
using System.Runtime.InteropServices;

namespace Dlgs.Streams.Core.Queries.Patterns;

/// <summary>
/// Runs a program over values: all its places at once, so that a byte costs at most a step over the program, whatever pattern and value are.
/// States that were met are kept, up to a number of bytes, and then a byte costs one look-up. For one thread.
/// </summary>
internal sealed class EreAutomaton
{
    /// <summary>Bytes that the states of one pattern may take. Beyond, values are matched without making any more.</summary>
    private const int MaxStateBytes = 256 * 1024;

    /// <summary>Steps between two looks at whether the query is over.</summary>
    private const int StepsBetweenPauses = 64;

    private readonly EreProgram program;
    private readonly HashSet<State> states = [];
    private readonly State matched;
    private readonly State missed;
    private readonly State start;
    private readonly long[] seenIn;
    private readonly int[] stack;
    private readonly int words;
    private int pending;
    private int stateBytes;

    public EreAutomaton(EreProgram program)
    {
        this.program = program;
        words = (program.Behind.Length + 63) / 64;
        seenIn = new long[program.Places.Length];
        stack = new int[program.Places.Length];
        (matched, missed, start) = (NewState([], default), NewState([], default), NewState(new ulong[words], ByteKind.End));
    }

    /// <summary>Steps over the program that it took so far; look-ups are none.</summary>
    public long Steps { get; private set; }

    /// <summary>Calls <paramref name="pause"/> now and then, which may throw.</summary>
    public bool Matches(ReadOnlySpan<byte> value, Action? pause)
    {
        var state = start;
        for (var i = 0; i <= value.Length; i++)
        {
            var symbol = i < value.Length ? program.SymbolOf(value[i]) : program.Symbols;
            if ((state.Next[symbol] ?? Advance(state, symbol)) is not { } next) return MatchesOn(state, value[i..], pause);
            if (ReferenceEquals(next, matched)) return true;
            state = next;
        }
        return false;
    }

    /// <summary>Null: there is no room for another state.</summary>
    private State? Advance(State state, int symbol)
    {
        var bytes = new ulong[words];
        if (Step(state.Bytes, state.Before, symbol, bytes)) return state.Next[symbol] = matched;
        if (symbol == program.Symbols) return state.Next[symbol] = missed;
        var next = NewState(bytes, program.KindOf(symbol));
        if (states.TryGetValue(next, out var known)) return state.Next[symbol] = known;
        // With room in the hash table.
        var size = words * 8 + next.Next.Length * 8 + 128;
        if (stateBytes + size > MaxStateBytes) return null;
        stateBytes += size;
        states.Add(next);
        return state.Next[symbol] = next;
    }

    private bool MatchesOn(State state, ReadOnlySpan<byte> rest, Action? pause)
    {
        var (from, before, to) = ((ulong[])state.Bytes.Clone(), state.Before, new ulong[words]);
        for (var i = 0; i <= rest.Length; i++)
        {
            if (Steps % StepsBetweenPauses == 0) pause?.Invoke();
            var symbol = i < rest.Length ? program.SymbolOf(rest[i]) : program.Symbols;
            if (Step(from, before, symbol, to)) return true;
            (from, to, before) = (to, from, program.KindOf(symbol));
            Array.Clear(to);
        }
        return false;
    }

    /// <summary>
    /// From the bytes just taken, over all that takes no byte, to the bytes that take this symbol. True: the value matches. A match may begin
    /// anywhere, so the program's beginning is always one of the places.
    /// </summary>
    private bool Step(ulong[] from, ByteKind before, int symbol, ulong[] to)
    {
        Steps++;
        var after = program.KindOf(symbol);
        Push(0);
        for (var word = 0; word < words; word++)
            for (var bits = from[word]; bits != 0; bits &= bits - 1) Push(program.Behind[word * 64 + BitOperations.TrailingZeroCount(bits)]);
        while (pending > 0)
        {
            var at = stack[--pending];
            var place = program.Places[at];
            switch (place.Kind)
            {
                case PlaceKind.Byte:
                    if (program.Takes(place.Second, symbol)) to[place.First / 64] |= 1UL << (place.First % 64);
                    break;
                case PlaceKind.Anchor:
                    if (Holds(place.Anchor, before, after)) Push(at + 1);
                    break;
                case PlaceKind.Fork:
                    Push(place.First);
                    Push(place.Second);
                    break;
                case PlaceKind.Match:
                    pending = 0;
                    return true;
            }
        }
        return false;
    }

    private void Push(int place)
    {
        if (seenIn[place] == Steps) return;
        seenIn[place] = Steps;
        stack[pending++] = place;
    }

    private static bool Holds(Anchor anchor, ByteKind before, ByteKind after) => anchor switch
    {
        Anchor.LineStart => before is ByteKind.End or ByteKind.Newline,
        Anchor.LineEnd => after is ByteKind.End or ByteKind.Newline,
        Anchor.ValueStart => before == ByteKind.End,
        Anchor.ValueEnd => after == ByteKind.End,
        Anchor.WordStart => before != ByteKind.Word && after == ByteKind.Word,
        Anchor.WordEnd => before == ByteKind.Word && after != ByteKind.Word,
        Anchor.WordBoundary => before == ByteKind.Word != (after == ByteKind.Word),
        Anchor.NoWordBoundary => before == ByteKind.Word == (after == ByteKind.Word),
    };

    private State NewState(ulong[] bytes, ByteKind before) => new(bytes, before, new State?[program.Symbols + 1]);

    /// <summary>The bytes of the program that were just taken, and what the last was; then the state after each symbol, where that is known.</summary>
    private sealed record State(ulong[] Bytes, ByteKind Before, State?[] Next)
    {
        public bool Equals(State? other) => other is not null && Before == other.Before && Bytes.AsSpan().SequenceEqual(other.Bytes);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(Before);
            hash.AddBytes(MemoryMarshal.AsBytes<ulong>(Bytes));
            return hash.ToHashCode();
        }
    }
}
