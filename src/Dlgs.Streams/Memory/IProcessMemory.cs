namespace Dlgs.Streams.Memory;

/// <summary>The memory of this process. A port: tests script it.</summary>
internal interface IProcessMemory
{
    /// <summary>What the container has, or the machine; beyond it the system kills.</summary>
    long Available { get; }

    /// <summary>What the process has of it: its resident set.</summary>
    long Resident { get; }

    /// <summary>What of that the heap has free, as of the last collection.</summary>
    long Free { get; }

    /// <summary>Has the collector look for what nobody holds any more: the heap has it free then. Returns at once, and stops no thread for long.</summary>
    void Collect();

    /// <summary>Gives back what the heap has free. All threads stand still meanwhile: half a second a GiB that is held, or more.</summary>
    void Compact();
}
