using Dlgs.Streams.Cluster;
using Dlgs.Streams.Memory;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Answers;

/// <summary>
/// Serving when every partition that is ours is active, none stands still for longer than it may, and we are in touch with the group. Who has none
/// serves when there are others: it answers for them. Who is short of memory serves: policy engines must be answered, and the others may be as short.
/// </summary>
internal sealed class PartitionHealth(
    PartitionRegistry registry, Membership members, MemoryLimit memory, IOptions<AnswerOptions> options, TimeProvider time) : IHealthCheck
{
    private const string NotReady = "partitions are being restored, stopped, standing still or out of touch";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // Calls are not hashed over partitions beyond the count: such a one answers for nothing.
        var views = registry.Views.Where(view => view.Partition < registry.PartitionCount).ToArray();
        var hasSome = views.Length > 0 || registry.PartitionCount > 0 && members.Up.Any(HasPartitions);
        var ready = !registry.OutOfTouch && hasSome && Array.TrueForAll(views, IsReady);
        var shortage = memory.IsShort ? $"memory is short: {memory.Words}" : null;
        return Task.FromResult(!ready ? HealthCheckResult.Unhealthy(shortage is null ? NotReady : $"{NotReady}; {shortage}")
            : shortage is not null ? HealthCheckResult.Degraded(shortage)
            : HealthCheckResult.Healthy());
    }

    private bool IsReady(PartitionView view) =>
        view.Phase is PartitionPhase.Active or PartitionPhase.Draining
            && !(options.Value.ReadyStall > TimeSpan.Zero && time.GetUtcNow() - view.StalledSince >= options.Value.ReadyStall);

    private static bool HasPartitions(Member member) => member.Hello!.Partitions.Any(said => said.Phase == Contracts.V1.PartitionPhase.Active);
}
