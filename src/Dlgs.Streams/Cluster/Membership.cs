using System.Collections.Concurrent;
using System.Net;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Cluster;

/// <summary>
/// The instances of the service: those of the seeds, and those that they know. Each says hello to all the others, twice a second.
/// </summary>
internal sealed partial class Membership(
    IOptions<PeerOptions> options, PeerSeeds seeds, ConnectPeer connect, OwnHello own, TimeProvider time, ILogger<Membership> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>An address that is a seed, and where nobody has said a word for so long, is told of.</summary>
    private static readonly TimeSpan Unheard = TimeSpan.FromSeconds(10);

    /// <summary>One that is not a seed, and has been silent for so long, is forgotten.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(1);

    /// <summary>Instances and their old addresses: more than that nobody runs, and a member that tells of more is not believed.</summary>
    private const int MaxMembers = 1_000;

    private readonly ConcurrentDictionary<Uri, Member> members = new();
    private volatile bool isLeaving;

    /// <summary>How often a member has changed; what was found before is found again then.</summary>
    private int changes;
    private volatile FoundMembers? found;

    /// <summary>Whether this instance asks others at all.</summary>
    public bool IsOpen => options.Value.Listen is not null;

    /// <summary>Those that are asked: each instance once, however many addresses it has.</summary>
    public IReadOnlyList<Member> Up => found is { } last && last.Changes == Volatile.Read(ref changes) ? last.Up : FindUp();

    /// <summary>All that were heard and are of this cluster, down ones too; each instance once.</summary>
    public IReadOnlyList<Member> Known =>
        [.. members.Values.Where(member => member is { Hello: not null, State: MemberState.Up or MemberState.Down })
            .OrderBy(member => member.State).DistinctBy(member => member.Hello!.Run)];

    /// <summary>What this instance says of itself now.</summary>
    public PeerHello OwnHello() => own.Say([], isLeaving: false);

    /// <summary>A hello that came in, from an IP address; returns ours.</summary>
    public PeerHello Receive(PeerHello hello, IPAddress? from)
    {
        if (AddressOf(hello.Address, from) is { } address && Find(address) is { } member)
        {
            if (hello.Leaving) Leave(member);
            // One that is not up is met first: that it reaches this instance is no proof that it can be reached.
            else if (member.State == MemberState.Up) Hear(member, hello);
        }
        return own.Say(KnownAddresses(), isLeaving);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        isLeaving = true;
        var goodbye = own.Say([], isLeaving);
        await Task.WhenAll(Up.Select(member => TellAsync(member, goodbye, cancellationToken)));
        foreach (var member in members.Values) member.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!IsOpen) return;
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
            {
                var seeded = await seeds.FindAsync(stoppingToken);
                foreach (var seed in seeded) Find(seed);
                var hello = own.Say(KnownAddresses(), isLeaving: false);
                await Task.WhenAll(members.Values.Select(member => MeetAsync(member, hello, stoppingToken)));
                Forget(seeded);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task MeetAsync(Member member, PeerHello ours, CancellationToken cancellation)
    {
        try
        {
            var hello = await member.Peer.MeetAsync(ours, options.Value.Timeout, cancellation);
            if (hello.Leaving)
            {
                Leave(member);
                return;
            }
            Hear(member, hello);
            if (member.State == MemberState.NotOurs) return;
            var teller = ListenAddress.Parse(member.Address.ToString(), out _)?.Address;
            foreach (var address in hello.Known)
                if (AddressOf(address, teller) is { } there) Find(there);
        }
        catch (PeerFailedException e)
        {
            member.IsSilent();
            var hello = member.TakeNews();
            if (e.Failure == PeerFailure.Untrusted)
            {
                if (member.TakeDistrust(e.Message)) LogUntrusted(logger, member.Address, e.Message);
            }
            else if (hello is not null) LogDown(logger, hello.Instance, member.Address, e.Message);
            else if (member.IsUnheard(Unheard)) LogUnheard(logger, member.Address, e.Message);
        }
    }

    private void Leave(Member member)
    {
        member.IsSilent();
        if (member.TakeNews() is { } hello) LogLeft(logger, hello.Instance, member.Address);
    }

    private async Task TellAsync(Member member, PeerHello goodbye, CancellationToken cancellation)
    {
        try
        {
            await member.Peer.MeetAsync(goodbye, options.Value.Timeout, cancellation);
        }
        catch (Exception e) when (e is PeerFailedException or OperationCanceledException)
        {
            // It finds out by itself.
        }
    }

    private void Hear(Member member, PeerHello hello)
    {
        var isOurs = hello.Run != own.Run && own.IsOfCluster(hello);
        member.Heard(hello, isOurs ? MemberState.Up : MemberState.NotOurs);
        if (member.TakeNews() is null || hello.Run == own.Run) return;
        if (!isOurs) LogForeign(logger, hello.Instance, member.Address, hello.TopicPrefix);
        else if (member.State == MemberState.Up) LogUp(logger, hello.Instance, member.Address);
        else LogDown(logger, hello.Instance, member.Address, "it says hello, but did not answer a question");
    }

    private Member[] FindUp()
    {
        var before = Volatile.Read(ref changes);
        Member[] up = [.. members.Values.Where(member => member.State == MemberState.Up).DistinctBy(member => member.Hello!.Run)];
        found = new FoundMembers(before, up);
        return up;
    }

    /// <summary>Null: there are too many.</summary>
    private Member? Find(Uri address)
    {
        if (members.TryGetValue(address, out var known)) return known;
        return members.Count >= MaxMembers ? null
            : members.GetOrAdd(address, at => new Member(at, connect(at), () => Interlocked.Increment(ref changes), time));
    }

    private string[] KnownAddresses() =>
        [.. members.Values.Where(member => member.State == MemberState.Up).Select(member => member.Address.ToString())];

    private void Forget(IReadOnlyList<Uri> seeded)
    {
        foreach (var (address, member) in members)
            if (member.State != MemberState.Up && time.GetElapsedTime(member.HeardAt) > Forgotten && !seeded.Contains(address)
                && members.TryRemove(address, out var gone))
                gone.Dispose();
    }

    private Uri? AddressOf(string told, IPAddress? teller) => options.Value.Listen is { } own ? PeerAddress.Of(told, teller, own) : null;

    private sealed record FoundMembers(int Changes, IReadOnlyList<Member> Up);

    [LoggerMessage(70, LogLevel.Information, "Instance {Instance} answers at {Address}")]
    private static partial void LogUp(ILogger logger, string instance, Uri address);

    [LoggerMessage(73, LogLevel.Information, "Instance {Instance} at {Address} leaves")]
    private static partial void LogLeft(ILogger logger, string instance, Uri address);

    [LoggerMessage(75, LogLevel.Warning, "Nobody was heard at {Address} yet; it is asked on. Look at peers here, and at peer there: {Reason}")]
    private static partial void LogUnheard(ILogger logger, Uri address, string reason);

    [LoggerMessage(71, LogLevel.Warning, "Instance {Instance} at {Address} does not answer; it is asked again when it does: {Reason}")]
    private static partial void LogDown(ILogger logger, string instance, Uri address, string reason);

    [LoggerMessage(74, LogLevel.Warning, "Who answers at {Address} is no peer, and is told nothing; it is tried again: {Reason}")]
    private static partial void LogUntrusted(ILogger logger, Uri address, string reason);

    [LoggerMessage(72, LogLevel.Warning, "Instance {Instance} at {Address} is of another cluster (topic_prefix {Prefix}) and is left alone: look at peers")]
    private static partial void LogForeign(ILogger logger, string instance, Uri address, string prefix);
}
