using System.Collections.Concurrent;
using System.Text;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Gateway;

/// <summary>A capture agent, which mirrors one proxy.</summary>
/// <param name="id">Its capture id.</param>
/// <param name="proxy">The proxy of its events.</param>
/// <param name="counts">What became of what it sent.</param>
internal sealed class Agent(uint id, string proxy, AgentCounts counts)
{
    private long seenAt;

    public uint Id => id;

    /// <summary>As it stands in an event.</summary>
    public byte[] Proxy { get; } = Encoding.UTF8.GetBytes(proxy);

    public AgentCounts Counts => counts;

    public AgentClock Clock { get; } = new();

    /// <summary>Microseconds since 1970.</summary>
    public long SeenAt => Volatile.Read(ref seenAt);

    public void See(long now) => Volatile.Write(ref seenAt, now);
}

/// <summary>
/// Which capture agents are told apart. Their ids come from outside, and each is a series in the metrics and a clock: as many have one as is allowed. A new
/// one takes the place of one that was silent for an hour; while there is none it has neither, and is counted as "other". Those that have a name in the
/// settings always have a place, and those that share a name share its series. Only frames that were let in make one. Any thread.
/// </summary>
internal sealed class Agents(IOptions<GatewayOptions> options)
{
    private static readonly long SilenceMicros = (long)TimeSpan.FromHours(1).TotalMicroseconds;

    private readonly Dictionary<uint, Agent> named = Named(HepNames.Parse(options.Value.Names, out _)!);
    private readonly ConcurrentDictionary<uint, Agent> agents = new();
    private readonly AgentCounts others = new(HepNames.Other);
    private readonly Lock adding = new();
    /// <summary>No place is free before.</summary>
    private long fullUntil;

    /// <summary>Of what came from nobody who is known.</summary>
    public AgentCounts Unknown { get; } = new(HepNames.Unknown);

    public IEnumerable<AgentCounts> Counts =>
        named.Values.Select(agent => agent.Counts).Distinct().Concat(agents.Values.Select(agent => agent.Counts)).Append(others).Append(Unknown);

    /// <summary>No place was free for it.</summary>
    public bool IsOther(Agent agent) => agent.Counts == others;

    public Agent Get(uint id, long now)
    {
        var agent = named.TryGetValue(id, out var known) || agents.TryGetValue(id, out known) ? known : Add(id, now);
        agent.See(now);
        return agent;
    }

    private Agent Add(uint id, long now)
    {
        lock (adding)
        {
            if (agents.TryGetValue(id, out var known)) return known;
            var name = HepNames.Of(id);
            if (now < fullUntil || agents.Count >= options.Value.Agents && !TryMakeRoom(now)) return new Agent(id, name, others);
            var added = new Agent(id, name, new AgentCounts(name));
            added.See(now);
            return agents[id] = added;
        }
    }

    /// <summary>Not looked for again before the longest silent one may have been silent for long enough: forged ids cost no search each.</summary>
    private bool TryMakeRoom(long now)
    {
        var silent = agents.Values.MinBy(agent => agent.SeenAt)!;
        fullUntil = silent.SeenAt + SilenceMicros;
        return now >= fullUntil && agents.TryRemove(silent.Id, out _);
    }

    private static Dictionary<uint, Agent> Named(Dictionary<uint, string> names)
    {
        var counts = names.Values.Distinct().ToDictionary(name => name, name => new AgentCounts(name));
        return names.ToDictionary(pair => pair.Key, pair => new Agent(pair.Key, pair.Value, counts[pair.Value]));
    }
}
