namespace Dlgs.Streams.Memory;

/// <summary>The memory of this process. A port: tests script it.</summary>
internal interface IProcessMemory
{
    /// <summary>What the container has, or the machine; beyond it the system kills.</summary>
    long Available { get; }

    /// <summary>What it holds, without what the heap has free: that is taken before the process grows.</summary>
    long Used { get; }

    /// <summary>Has the collector look for what nobody holds any more. Returns at once, and stops no thread for long.</summary>
    void Collect();
}
