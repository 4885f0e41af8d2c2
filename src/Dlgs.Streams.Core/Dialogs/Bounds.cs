namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// How much is kept of one Call (README.md, "Bounds"). Each bound keeps the keys that are smallest (CSeqs: highest) by a value that never
/// changes, so what is kept does not depend on what came first; that one was hit sets the flag that the dialog shows. The defaults are the
/// service's; tests run every law at bounds of 1 and 2 as well.
/// </summary>
public sealed record Bounds
{
    /// <summary>Vias of one message that are read.</summary>
    public const int Vias = 70;

    /// <summary>Bytes of a Via branch; topology hiding masks them with long ones.</summary>
    public const int BranchBytes = 256;

    /// <summary>The operator's tags of one message, and of one dialog.</summary>
    public const int Tags = 16;

    /// <summary>The service's bounds.</summary>
    public static Bounds Default { get; } = new();

    /// <summary>From-tags of a Call that sent INVITEs.</summary>
    public int FromTags { get; init; } = 16;

    /// <summary>CSeqs of one From-tag: the highest of its attempts, and the highest of all its INVITEs.</summary>
    public int CSeqs { get; init; } = 16;

    /// <summary>Branches of one {From-tag, CSeq}; as many again that a CANCEL came on.</summary>
    public int Branches { get; init; } = 64;

    /// <summary>Pairs of tags that answered.</summary>
    public int AnsweredPairs { get; init; } = 16;

    /// <summary>Pairs of tags that hung up, were gone or refreshed.</summary>
    public int LivePairs { get; init; } = 64;

    /// <summary>Pairs of tags with ACKs.</summary>
    public int AckPairs { get; init; } = 64;

    /// <summary>Branches of the ACKs of one {tags, CSeq}.</summary>
    public int AckBranches { get; init; } = 4;

    /// <summary>Facts about the operator's tags.</summary>
    public int TagFacts { get; init; } = 64;

    /// <summary>Dialogs of a Call that an operator closed.</summary>
    public int Closes { get; init; } = 8;

    /// <summary>Dialogs of a Call that were reported. With as many it is full.</summary>
    public int Reports { get; init; } = 64;

    /// <summary>
    /// Rows of facts of a Call. With more it is full: what a message costs grows with them, and the bounds above allow tens of thousands.
    /// </summary>
    public int Rows { get; init; } = 700;

    /// <summary>limit_record: bytes of a Call's record. 256 KiB. What would leave less than <see cref="FreeBytes"/> of it is full.</summary>
    public int RecordBytes { get; init; } = 256 * 1024;

    /// <summary>
    /// What a full record keeps free, so that it takes every end: hang-ups, 481s and refreshes of 64 pairs at 66 bytes, 8 closes at 160, and its
    /// reports at 63.
    /// </summary>
    internal int FreeBytes => LivePairs * 66 + Closes * 160 + Reports * 63;
}
