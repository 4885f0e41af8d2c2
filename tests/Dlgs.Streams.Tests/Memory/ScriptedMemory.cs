using Dlgs.Streams.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace Dlgs.Streams.Tests.Memory;

/// <summary>A process of 1 GiB that holds what the test says; its limit, unless set, is 768 MiB.</summary>
internal sealed class ScriptedMemory : IProcessMemory
{
    public const long MiB = 1L << 20;

    public long Available => 1024 * MiB;

    public long Resident => Used + Free;

    public long Used { get; set; }

    public long Free { get; set; }

    public int Collections { get; private set; }

    public int Compactions { get; private set; }

    public void Collect() => Collections++;

    /// <summary>What happens meanwhile.</summary>
    public Action WhileCompacting { get; set; } = () => { };

    public void Compact()
    {
        WhileCompacting();
        Compactions++;
        Free = 0;
    }

    /// <summary>Holds so much, and is looked at.</summary>
    public void Hold(long bytes, IServiceProvider service)
    {
        Used = bytes;
        service.GetRequiredService<MemoryLimit>().Look();
    }
}
