namespace Dlgs.Streams.Rules;

/// <summary>What became of the rules in one run. Another thread may look.</summary>
internal sealed class RuleCounts(AttributeRules rules)
{
    private readonly long[] src = new long[rules.Src.Length];
    private readonly long[] dst = new long[rules.Dst.Length];
    private readonly long[] data = new long[rules.Data.Length];
    private readonly long[] tags = new long[rules.Tags.Length];
    private long invites, tooLong, tagsLeftOut;

    /// <summary>INVITEs that begin a call; what follows counts them alone, not replies.</summary>
    public long Invites => Volatile.Read(ref invites);

    /// <summary>Values longer than they may be: each counted as not there.</summary>
    public long TooLong => Volatile.Read(ref tooLong);

    /// <summary>Tags beyond those that a dialog may have.</summary>
    public long TagsLeftOut => Volatile.Read(ref tagsLeftOut);

    /// <summary>How often each gave a value, in the order of <see cref="AttributeRules.All"/>.</summary>
    public IEnumerable<long> Matches => [.. src, .. dst, .. data, .. tags];

    public void AddInvite() => Add(ref invites);

    public void AddTooLong()
    {
        Add(ref tooLong);
        rules.Metrics?.TooLong.Add();
    }

    public void AddTagLeftOut()
    {
        Add(ref tagsLeftOut);
        rules.Metrics?.TagsLeftOut.Add();
    }

    public void AddSrc(int rule) => Add(ref src[rule]);

    public void AddDst(int rule) => Add(ref dst[rule]);

    public void AddData(int rule) => Add(ref data[rule]);

    public void AddTag(int rule) => Add(ref tags[rule]);

    /// <summary>Only the run's own thread counts.</summary>
    private static void Add(ref long count) => Volatile.Write(ref count, count + 1);
}
