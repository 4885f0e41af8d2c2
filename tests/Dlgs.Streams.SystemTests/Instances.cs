namespace Dlgs.Streams.SystemTests;

/// <summary>The instances of one service, each by its name, as they come and go; and all that they ever said.</summary>
internal sealed class Instances(RecordedTraffic traffic, params string[] settings) : IDisposable
{
    private readonly Dictionary<string, DlgsProcess> running = [];
    private readonly List<(string Name, DlgsProcess Process)> all = [];

    public DlgsProcess[] Running => [.. running.Values];

    public string Output => string.Join("\n\n", all.Select(instance => $"{instance.Name}:\n{instance.Process.Output}"));

    /// <summary>Both, sharing the partitions.</summary>
    public async Task StartAsync(string one, string two)
    {
        await Start(one).WaitForActiveAsync(RecordedTraffic.Partitions);
        await Start(two).WaitForActiveAsync(RecordedTraffic.Partitions / 4);
    }

    public DlgsProcess Start(string name)
    {
        running.Add(name, traffic.Serve(name, settings));
        all.Add((name, running[name]));
        return running[name];
    }

    /// <summary>kill -9.</summary>
    public void Kill(string name)
    {
        running.Remove(name, out var killed);
        killed!.Kill();
    }

    /// <summary>SIGTERM; it has to end well.</summary>
    public async Task StopAsync(string name)
    {
        running.Remove(name, out var stopped);
        await stopped!.StopAsync();
    }

    public void Dispose()
    {
        foreach (var (_, process) in all) process.Dispose();
    }
}
