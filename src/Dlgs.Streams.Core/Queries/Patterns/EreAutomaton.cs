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

    /// <summary>
    /// In the table: no step was taken there yet; the value matches; it ended without a match.
    /// Other numbers are where the next state's row begins.
    /// </summary>
    private const int Unknown = -1, Matched = -2, Missed = -3;

    private readonly EreProgram program;
    private readonly byte[] symbols;
    private readonly HashSet<State> states = [];
    /// <summary>The states by the numbers of their rows.</summary>
    private readonly List<State> rows = [];
    private readonly int width;
    private readonly long[] seenIn;
    private readonly int[] stack;
    private readonly int words;
    /// <summary>A row for each state, a place for each symbol and one for the end of the value.</summary>
    private int[] table = [];
    private int pending;
    private int stateBytes;

    public EreAutomaton(EreProgram program)
    {
        this.program = program;
        (symbols, width, words) = (program.SymbolsOfBytes, program.Symbols + 1, (program.Behind.Length + 63) / 64);
        seenIn = new long[program.Places.Length];
        stack = new int[program.Places.Length];
        AddState(new State(new ulong[words], program.KindOf(program.Symbols), Row: 0));
    }

    /// <summary>Steps over the program that it took so far; look-ups are none.</summary>
    public long Steps { get; private set; }

    /// <summary>Calls <paramref name="pause"/> now and then, which may throw.</summary>
    public bool Matches(ReadOnlySpan<byte> value, Action? pause)
    {
        var row = 0;
        for (var i = Follow(value, 0, ref row); i < value.Length; i = Follow(value, i + 1, ref row))
        {
            var next = table[row + symbols[value[i]]];
            if (next == Unknown) next = Advance(row, symbols[value[i]]);
            if (next == Matched) return true;
            if (next == Unknown) return MatchesOn(rows[row / width], value[i..], pause);
            row = next;
        }
        var end = table[row + program.Symbols];
        return (end == Unknown ? Advance(row, program.Symbols) : end) == Matched;
    }

    /// <summary>From a place on as far as the table says where to go: nearly all of what a scan does.</summary>
    private int Follow(ReadOnlySpan<byte> value, int at, ref int row)
    {
        var (next, symbolOf, here) = (table, symbols, row);
        for (; at < value.Length; at++)
        {
            var following = next[here + symbolOf[value[at]]];
            if (following < 0) break;
            here = following;
        }
        row = here;
        return at;
    }

    /// <summary>The row of the next state; unknown: there is no room for another.</summary>
    private int Advance(int row, int symbol)
    {
        var state = rows[row / width];
        var bytes = new ulong[words];
        if (Step(state.Bytes, state.Before, symbol, bytes)) return table[row + symbol] = Matched;
        if (symbol == program.Symbols) return table[row + symbol] = Missed;
        var next = new State(bytes, program.KindOf(symbol), rows.Count * width);
        if (states.TryGetValue(next, out var known)) return table[row + symbol] = known.Row;
        // With room in the hash table.
        var size = words * 8 + width * 4 + 128;
        if (stateBytes + size > MaxStateBytes) return Unknown;
        stateBytes += size;
        // The table may be another then.
        AddState(next);
        return table[row + symbol] = next.Row;
    }

    private void AddState(State state)
    {
        var had = table.Length;
        if (state.Row + width > had)
        {
            Array.Resize(ref table, Math.Max(had * 2, 4 * width));
            table.AsSpan(had).Fill(Unknown);
        }
        states.Add(state);
        rows.Add(state);
    }

    private bool MatchesOn(State state, ReadOnlySpan<byte> rest, Action? pause)
    {
        var (from, before, to) = ((ulong[])state.Bytes.Clone(), state.Before, new ulong[words]);
        for (var i = 0; i <= rest.Length; i++)
        {
            if (Steps % StepsBetweenPauses == 0) pause?.Invoke();
            var symbol = i < rest.Length ? symbols[rest[i]] : program.Symbols;
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

    /// <summary>The bytes of the program that were just taken, and what the last was; then where its row begins.</summary>
    private sealed record State(ulong[] Bytes, ByteKind Before, int Row)
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
