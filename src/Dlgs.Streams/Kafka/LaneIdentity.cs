using System.Globalization;

namespace Dlgs.Streams.Kafka;

/// <summary>Who a lane is.</summary>
/// <param name="Group">Its consumer group.</param>
/// <param name="Owner">Its transactional.id: what fences a former self.</param>
/// <param name="Member">Its group.instance.id.</param>
internal sealed record LaneIdentity(string Group, string Owner, string Member)
{
    /// <summary>This process, in words that lead an operator to it.</summary>
    public static string Process { get; } =
        $"{Environment.MachineName}:{Environment.ProcessId} since "
            + System.Diagnostics.Process.GetCurrentProcess().StartTime.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
