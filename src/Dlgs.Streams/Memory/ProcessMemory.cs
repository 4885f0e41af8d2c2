using System.Globalization;

namespace Dlgs.Streams.Memory;

/// <summary>As the system and .NET's collector see it.</summary>
internal sealed class ProcessMemory : IProcessMemory
{
    /// <summary>
    /// The collector's own figure of what is available is no use: in a container it is what the heap may take of it. But it also says where it begins
    /// to find memory short, and at how many percent that is.
    /// </summary>
    public long Available { get; } = (long)(GC.GetGCMemoryInfo().HighMemoryLoadThresholdBytes * 100.0
        / Convert.ToDouble(GC.GetConfigurationVariables()["GCHighMemPercent"], CultureInfo.InvariantCulture));

    /// <summary>The page cache, which a container's own figure includes, kills nobody.</summary>
    public long Resident => Environment.WorkingSet;

    public long Free => GC.GetGCMemoryInfo(GCKind.Any).FragmentedBytes;

    public void Collect() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);

    /// <summary>Aggressive: what is free afterwards goes back to the system at once.</summary>
    public void Compact() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
