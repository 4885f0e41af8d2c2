namespace Dlgs.Streams.Kafka;

/// <summary>What an input record did.</summary>
internal enum RecordEffect
{
    /// <summary>A fact was added.</summary>
    Merged,
    /// <summary>Everything it says was known.</summary>
    Known,
    /// <summary>It says nothing about a call.</summary>
    NoFact,
    /// <summary>Its Call is full: it is a dead letter.</summary>
    Full,
    /// <summary>It only told the time.</summary>
    Tick,
    /// <summary>It is a dead letter for another reason.</summary>
    Unusable,
}

/// <summary>What the records of an open transaction did.</summary>
internal sealed class RecordEffects
{
    private readonly int[] counts = new int[Enum.GetValues<RecordEffect>().Length];

    /// <summary>Those with strings that were not UTF-8.</summary>
    public int Latin1 { get; private set; }

    public IEnumerable<(RecordEffect Effect, int Count)> All => counts.Select((count, effect) => ((RecordEffect)effect, count));

    public void Add(RecordEffect effect, bool isLatin1 = false)
    {
        counts[(int)effect]++;
        if (isLatin1) Latin1++;
    }

    public void Clear()
    {
        Array.Clear(counts);
        Latin1 = 0;
    }
}
