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

    public void Compact() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
}
