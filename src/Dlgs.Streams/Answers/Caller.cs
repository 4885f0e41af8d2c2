using Dlgs.Streams.Access;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Answers;

/// <summary>Whoever asks, and until when it waits.</summary>
/// <param name="Gone">Cancelled when it does not wait any more.</param>
internal readonly record struct Caller(CancellationToken Gone)
{
    /// <summary>Null: it has none, or the surface does not say.</summary>
    public DateTime? Deadline { get; init; }

    /// <summary>Null: a client, whose answer is the cluster's. Else another instance, or this one, that asks for the partitions here.</summary>
    public PeerScope? Peer { get; init; }

    /// <summary>Nobody in particular: this instance itself, or another.</summary>
    public Identity Who { get; init; }

    /// <summary>What it may. Instances may all: the one that was asked has looked.</summary>
    public Roles Roles { get; init; } = Roles.All;

    public static Caller Of(HttpContext context) => new(context.RequestAborted) { Who = Identity.Of(context), Roles = Proven.RolesOf(context) };

    public static implicit operator Caller(CancellationToken gone) => new(gone);
}

/// <summary>What an instance asks of the partitions of one.</summary>
/// <param name="Partitions">Null: all that it has.</param>
/// <param name="Wait">How long it may wait for positions; then it answers with what it has.</param>
/// <param name="Limit">Dialogs that it may close; 0: as the setting says.</param>
internal sealed record PeerScope(IReadOnlySet<int>? Partitions, TimeSpan Wait, int Limit)
{
    /// <summary>The partitions that are in the answer, as they were found last; null: it is about none.</summary>
    public AnsweredPartitions? Answered { get; set; }

    /// <summary>Of a count: calls that began later are left out; null: none.</summary>
    public LamportTime? UpTo { get; init; }

    /// <summary>How long it may take in all; null: as the setting says.</summary>
    public TimeSpan? Time { get; init; }

    public bool Includes(int partition) => Partitions is null || Partitions.Contains(partition);
}
