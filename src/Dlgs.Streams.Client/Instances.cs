using System.Net;
using System.Net.Sockets;

namespace Dlgs.Streams.Client;

/// <summary>All addresses of a host, A and AAAA.</summary>
internal delegate Task<IPAddress[]> ResolveHost(string name, CancellationToken cancellation);

/// <summary>
/// The instances that may be asked, in turn. gRPC keeps each connected; which of them is asked is decided here, not by gRPC's balancer: that one
/// tells nobody which it chose, so neither a failure could name it nor a second attempt avoid it. Thread-safe.
/// </summary>
internal sealed class Instances : IDisposable
{
    private static readonly TimeSpan AskForNameAgain = TimeSpan.FromSeconds(3);

    /// <summary>A resolver that is down says nothing for longer.</summary>
    private static readonly TimeSpan LookupLimit = TimeSpan.FromSeconds(5);

    private readonly InstanceAddresses addresses;
    private readonly ResolveHost resolve;
    private readonly TimeSpan connectTimeout;
    private readonly Reread<ClientTls> tls;
    private readonly Lock changing = new();
    private volatile Instance[] known;
    private Task? lookup;
    private long lookedUpAt;
    private uint turn;

    public Instances(ServiceOptions options, ResolveHost resolve)
    {
        if (!InstanceAddresses.TryParse(options.Address, out var parsed))
            throw new ArgumentException($"'{options.Address}' is no address: {ServiceAddress.ExpectedList}.");
        if ((options.CaFile ?? options.CertificateFile) is { } file && !parsed.AreTls)
            throw new ArgumentException($"'{file}': authorities and certificates are for https:// only, and the address is {options.Address}.");
        if ((options.TokenFile is not null || options.Token is not null) && !parsed.ArePrivate)
            throw new ArgumentException($"A token goes over https:// or to loopback only, where nobody can read it, and the address is {options.Address}.");
        (addresses, this.resolve, connectTimeout, tls) = (parsed, resolve, options.ConnectTimeout, ClientTls.Of(options));
        known = [.. addresses.Given.Select(Make)];
    }

    /// <summary>More than one may be asked, now or later.</summary>
    public bool AreSeveral => !addresses.AreOne;

    public IReadOnlyList<Instance> Known => known;

    /// <summary>
    /// One that was not asked yet, or any if all were: of those that are connected and did not just fail the next one in turn, else what there is. It was
    /// entered, and has to be left. Throws <see cref="UnreachableException"/> where a name has no address.
    /// </summary>
    public async ValueTask<Instance> EnterAsync(IReadOnlyCollection<Instance> asked, CancellationToken cancellation)
    {
        while (true)
        {
            ConnectAnewIfRotated();
            if (addresses.Named is not null) await KnowAsync(cancellation);
            if (await ChooseAsync(asked, cancellation) is var chosen && chosen.TryEnter()) return chosen;
        }
    }

    private async ValueTask<Instance> ChooseAsync(IReadOnlyCollection<Instance> asked, CancellationToken cancellation)
    {
        Instance[] all = known;
        if (all.Length == 1) return all[0];
        // All are connected from the first question on: one that is not there must not be found out by a caller.
        foreach (var instance in all) instance.Connect();
        Instance[] candidates = [.. all.Where(instance => !asked.Contains(instance))];
        if (candidates.Length == 0) candidates = all;
        if (!candidates.Any(instance => instance.IsConnected)) await AnyIsConnectedAsync([.. candidates.Where(c => c.IsConnecting)], cancellation);
        int[] worths = [.. candidates.Select(Worth)];
        candidates = [.. candidates.Where((_, i) => worths[i] == worths.Max())];
        return candidates[Interlocked.Increment(ref turn) % candidates.Length];
    }

    public void Dispose()
    {
        foreach (var instance in known) instance.Close();
    }

    private static int Worth(Instance instance) => (instance.Rests ? 0 : 2) + (instance.IsConnected ? 1 : 0);

    private static async Task AnyIsConnectedAsync(List<Instance> connecting, CancellationToken cancellation)
    {
        while (connecting.Count > 0 && !connecting.Exists(instance => instance.IsConnected))
        {
            await Task.WhenAny(connecting.Select(instance => instance.ConnectedOrNotAsync(cancellation)));
            cancellation.ThrowIfCancellationRequested();
            connecting.RemoveAll(instance => instance is { IsConnecting: false, IsConnected: false });
        }
    }

    /// <summary>Waits for the first answer only; the later ones change what is known behind the questions' backs.</summary>
    private async Task KnowAsync(CancellationToken cancellation)
    {
        Task current;
        lock (changing)
        {
            var isDue = lookup is null or { IsFaulted: true } || TimeProvider.System.GetElapsedTime(lookedUpAt) >= AskForNameAgain;
            if (isDue && lookup is not { IsCompleted: false }) (lookup, lookedUpAt) = (LookUpAsync(addresses.Named!), TimeProvider.System.GetTimestamp());
            current = lookup!;
        }
        if (known.Length > 0) return;
        try
        {
            await current.WaitAsync(cancellation);
        }
        catch (Exception e) when (IsOfResolver(e))
        {
            throw new UnreachableException(UnreachableCause.UnknownHost, $"The name {addresses.Named!.Host} has no address, or nobody knows it.", e);
        }
    }

    /// <summary>A name that has no address for once changes nothing: those that are there go on.</summary>
    private async Task LookUpAsync(Uri named)
    {
        var found = new List<Uri>();
        try
        {
            foreach (var address in await resolve(named.DnsSafeHost, CancellationToken.None).WaitAsync(LookupLimit))
                found.Add(new UriBuilder(named.Scheme, $"{address}", named.Port).Uri);
            if (found.Count == 0) throw new SocketException((int)SocketError.NoData);
        }
        catch (Exception e) when (IsOfResolver(e) && known.Length > 0)
        {
            return;
        }
        lock (changing)
        {
            var gone = known.Where(instance => !found.Contains(instance.Address)).ToArray();
            known = [.. known.Except(gone), .. found.Distinct().Except(known.Select(instance => instance.Address)).Select(Make)];
            foreach (var instance in gone) instance.Retire();
        }
    }

    /// <summary>What is asked from now on goes over connections with what the files say now; what is under way goes on.</summary>
    private void ConnectAnewIfRotated()
    {
        var current = tls.Current;
        if (!known.Any(IsOutdated)) return;
        lock (changing)
        {
            var outdated = known.Where(IsOutdated).ToArray();
            known = [.. known.Except(outdated), .. outdated.Select(instance => Make(instance.Address))];
            foreach (var instance in outdated) instance.Retire();
        }

        bool IsOutdated(Instance instance) => instance.Tls != current;
    }

    private static bool IsOfResolver(Exception e) => e is SocketException or TimeoutException or ArgumentException;

    private Instance Make(Uri address) => new(address, addresses.Named, tls.Current, connectTimeout);
}
