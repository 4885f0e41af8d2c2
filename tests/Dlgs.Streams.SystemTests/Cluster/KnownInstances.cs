namespace Dlgs.Streams.SystemTests.Cluster;

/// <summary>Instances of one service, as processes that know each other, each by its name.</summary>
/// <param name="traffic">What they serve.</param>
/// <param name="more">Arguments of each. A test of failures says a short session; else a machine that stands still for some seconds is none.</param>
internal sealed class KnownInstances(RecordedTraffic traffic, params string[] more) : IDisposable
{
    private readonly Dictionary<string, DlgsProcess> running = [];
    private readonly List<(string Name, DlgsProcess Process)> all = [];
    private readonly List<string> seeds = [];

    public IEnumerable<string> Addresses => running.Values.Select(instance => instance.Address);

    public DlgsProcess this[string name] => running[name];

    public IEnumerable<string> Seeds => seeds;

    public string Output => string.Join("\n\n", all.Select(instance => $"{instance.Name}:\n{instance.Process.Output}"));

    /// <summary>An address at which others ask it, which its peers are told of.</summary>
    /// <param name="name">Its name in the group.</param>
    /// <param name="others">Seeds beside the instances that were started before.</param>
    public DlgsProcess Start(string name, params string[] others)
    {
        var peer = $"http://127.0.0.1:{LoopbackPort.Free()}";
        var process = StartAt(peer, name, string.Join(',', seeds.Concat(others)));
        seeds.Add(peer);
        return process;
    }

    /// <summary>Where the test says.</summary>
    /// <param name="peer">Its address for its peers.</param>
    /// <param name="name">Its name in the group.</param>
    /// <param name="peers">Where it looks for others.</param>
    /// <param name="hosts">What it takes for the addresses of a name; null: what the system does.</param>
    public DlgsProcess StartAt(string peer, string name, string peers, HostsFile? hosts = null)
    {
        var process = traffic.Serve(name, [.. more, "--peer", peer, "--peers", peers], hosts);
        running[name] = process;
        all.Add((name, process));
        return process;
    }

    /// <summary>It is asked no more.</summary>
    public DlgsProcess Take(string name)
    {
        running.Remove(name, out var taken);
        return taken!;
    }

    public void PutBack(string name, DlgsProcess instance) => running[name] = instance;

    public async Task StopAsync()
    {
        foreach (var instance in running.Values) await instance.StopAsync();
    }

    public void Dispose()
    {
        foreach (var (_, process) in all) process.Dispose();
    }
}
