using System.Net;
using Dlgs.Streams.Access;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Metrics;
using Dlgs.Streams.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Hosting;

/// <summary>
/// How many connections a port has at once, in all and from one address. Where there is no more room, the oldest makes room that has proved nothing:
/// whoever opens connections to keep others out has to open them faster than the others say who they are. Where all have, and it is a port of agents, the one
/// makes room that has been silent the longest: an agent that is gone without a word would have its place for ever.
/// </summary>
internal sealed partial class ConnectionPlaces
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    /// <summary>An agent that has sent nothing for so long may have to make room.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly Dictionary<Listener, Port> ports = Enum.GetValues<Listener>().ToDictionary(listener => listener, _ => new Port());
    private readonly RunningCounts<Listener> closed;
    private readonly Limits ofCallers;
    private readonly Limits ofAgents;
    private readonly SparseLines<string> lines;
    private readonly TimeProvider time;
    private readonly ILogger logger;

    public ConnectionPlaces(
        IOptions<AnswerOptions> answers, IOptions<GatewayOptions> gateway, ServiceMeter meter, TimeProvider time, ILogger<ConnectionPlaces> logger)
    {
        (lines, this.time, this.logger) = (new SparseLines<string>(Quiet, time), time, logger);
        ofCallers = new Limits(answers.Value.Connections, answers.Value.CallerConnections, "connections, caller_connections");
        // Many agents may be behind one address.
        ofAgents = new Limits(gateway.Value.Connections, gateway.Value.Connections, "hep_connections", Silence);
        closed = meter.Count(
            new("dlgs.connections_closed", "{connection}", "Connections that were closed to make room, or found none, by listener.", "listener"),
            Enum.GetValues<Listener>(), listener => [Label.Of(listener)]);
    }

    /// <summary>Runs it if there is a place for it; else it is closed.</summary>
    public async Task RunAsync(Listener listener, ConnectionContext connection, ConnectionDelegate run)
    {
        var port = ports[listener];
        var place = new ConnectionPlace(port, Identity.Of((connection.RemoteEndPoint as IPEndPoint)?.Address).AsOneCaller(), connection, time);
        var limits = listener is Listener.HepTcp or Listener.HepTls ? ofAgents : ofCallers;
        var (isIn, leaves) = port.Enter(place, limits);
        if (!isIn || leaves is not null) Tell(listener, isIn ? leaves!.Who : place.Who, limits.Settings);
        leaves?.Abort();
        if (!isIn) return;
        connection.Features.Set(place);
        try
        {
            await run(connection);
        }
        finally
        {
            port.Leave(place);
        }
    }

    private void Tell(Listener listener, Identity who, string settings)
    {
        closed.Add(listener);
        if (lines.AreDue(settings)) LogClosed(logger, listener, who.ToString(), closed.Count(listener), settings);
    }

    [LoggerMessage(109, LogLevel.Warning,
        "{Listener}: there was no room for all connections, and one of {Who} was closed ({Count} so far; told once a minute). Settings {Settings}")]
    private static partial void LogClosed(ILogger logger, Listener listener, string who, long count, string settings);

    /// <summary>How many there may be, in all and of one, what sets it, and who makes room though it has proved something; null: nobody.</summary>
    internal sealed record Limits(int Connections, int OfOne, string Settings, TimeSpan? Silence = null);

    /// <summary>One port's. Thread-safe.</summary>
    internal sealed class Port
    {
        private readonly Lock changing = new();
        private readonly HashSet<ConnectionPlace> all = [];
        private readonly Dictionary<Identity, int> each = [];
        private readonly LinkedList<ConnectionPlace> unproven = [];

        /// <summary>Whether it is in, and which one has to go for it.</summary>
        public (bool IsIn, ConnectionPlace? Leaves) Enter(ConnectionPlace place, Limits limits)
        {
            lock (changing)
            {
                ConnectionPlace? leaves = null;
                var isOfOne = each.GetValueOrDefault(place.Who) >= limits.OfOne;
                if (isOfOne || all.Count >= limits.Connections)
                {
                    leaves = unproven.FirstOrDefault(Fits) ?? all.Where(one => Fits(one) && one.Silence >= limits.Silence).MaxBy(one => one.Silence);
                    if (leaves is null) return (false, null);
                    Remove(leaves);
                }
                all.Add(place);
                each[place.Who] = each.GetValueOrDefault(place.Who) + 1;
                unproven.AddLast(place.Waiting);
                return (true, leaves);

                bool Fits(ConnectionPlace one) => !isOfOne || one.Who == place.Who;
            }
        }

        public void Prove(ConnectionPlace place)
        {
            lock (changing)
                if (place.Waiting.List is not null) unproven.Remove(place.Waiting);
        }

        public void Leave(ConnectionPlace place)
        {
            lock (changing) Remove(place);
        }

        /// <summary>One that was told to go goes on for a moment.</summary>
        private void Remove(ConnectionPlace place)
        {
            if (!all.Remove(place)) return;
            if (place.Waiting.List is not null) unproven.Remove(place.Waiting);
            if (--each[place.Who] == 0) each.Remove(place.Who);
        }
    }
}

/// <summary>The place of one connection, and the feature of it.</summary>
internal sealed class ConnectionPlace
{
    private readonly ConnectionPlaces.Port port;
    private readonly ConnectionContext connection;
    private readonly TimeProvider time;
    private long heard;
    private bool isProven;

    public ConnectionPlace(ConnectionPlaces.Port port, Identity who, ConnectionContext connection, TimeProvider time)
    {
        (this.port, Who, this.connection, this.time, heard) = (port, who, connection, time, time.GetTimestamp());
        Waiting = new LinkedListNode<ConnectionPlace>(this);
    }

    public Identity Who { get; }

    /// <summary>Among those that have proved nothing yet.</summary>
    public LinkedListNode<ConnectionPlace> Waiting { get; }

    /// <summary>Since it came, or last proved something.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Volatile.Read(ref heard));

    /// <summary>A request came in by it that was let in.</summary>
    public void Prove()
    {
        Volatile.Write(ref heard, time.GetTimestamp());
        if (Volatile.Read(ref isProven)) return;
        Volatile.Write(ref isProven, true);
        port.Prove(this);
    }

    public void Abort() => connection.Abort(new ConnectionAbortedException("It made room for others."));
}
