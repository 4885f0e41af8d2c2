namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>Who is called, by sipp: for each kind of call one that answers at once, and one that asks for credentials first.</summary>
internal sealed class Callees : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dlgs-callees-").FullName;
    private readonly List<ChildProcess> running = [];
    private readonly Dictionary<(string Steps, bool Challenges), int> ports = [];

    public Callees()
    {
        foreach (var steps in CallKind.All.SelectMany(kind => new[] { kind.Callee, kind.Second }).OfType<string>().Distinct())
            foreach (var challenges in new[] { false, true })
                Start(steps, challenges);
    }

    /// <summary>What the caller calls; the proxy calls a second callee where the user names its port.</summary>
    public string UriOf(CallKind kind, Mirror mirror)
    {
        var user = kind.Second is { } second ? $"forked-{ports[(second, mirror.IsChallenged)]}" : "callee";
        return $"sip:{user}@127.0.0.1:{ports[(kind.Callee, mirror.IsChallenged)]}";
    }

    public void Dispose()
    {
        foreach (var callee in running) callee.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private void Start(string steps, bool challenges)
    {
        var port = LoopbackPort.Free();
        var file = Path.Combine(folder, $"{port}.xml");
        File.WriteAllText(file, SippCallee.Scenario((challenges ? CallKind.Challenge : "") + steps));
        running.Add(Sipp.Start(port, "-sf", file, "-default_behaviors", "none"));
        ports.Add((steps, challenges), port);
    }
}
