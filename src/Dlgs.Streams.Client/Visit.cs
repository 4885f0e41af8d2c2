namespace Dlgs.Streams.Client;

/// <summary>A question at an instance that was entered for it, and is left when it is over.</summary>
internal readonly struct Visit(Instance instance) : IDisposable
{
    public Instance Instance => instance;

    public void Dispose() => instance.Leave();
}
