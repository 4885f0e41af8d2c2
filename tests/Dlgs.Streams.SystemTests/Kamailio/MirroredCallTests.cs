using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>
/// Real calls through real Kamailios that mirror them with README's lines: what is settled of each is what sipp knows that it did, and what Kamailio
/// recorded of it.
/// </summary>
public sealed class MirroredCallTests(MirroredSite site) : IClassFixture<MirroredSite>
{
    /// <summary>The three see a message one after the other, on a machine that does much else.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    /// <summary>Kamailio ends what nobody hung up within a second or two of its time.</summary>
    private static readonly TimeSpan ExpiryTolerance = TimeSpan.FromSeconds(2);

    public static TheoryData<string> Mirrors => [.. Mirror.All.Select(mirror => mirror.Name)];

    [Fact]
    public async Task Each_call_is_settled_once_and_nothing_else_is()
    {
        var calls = await site.RequireCallsAsync();
        Assert.Equal(calls.Placed.SelectMany(placed => placed.Talks().Keys).Order(), calls.Settled.Select(call => call.CallId).Order());
        Assert.Equal(calls.Placed.Sum(placed => placed.Count), calls.Settled.Count);
        // Nor has anything begun that might be settled later.
        Assert.Equal(calls.Settled.Select(Identity).Order(), calls.Changes.Select(Identity).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Mirrors))]
    public async Task Calls_are_settled_as_sipp_placed_them(string mirror)
    {
        var calls = await site.RequireCallsAsync();
        var settled = calls.Settled.ToLookup(call => call.CallId);
        foreach (var placed in calls.Placed.Where(placed => placed.Mirror.Name == mirror))
            foreach (var (callId, talk) in placed.Talks())
            {
                var (call, kind) = (settled[callId].Last(), placed.Kind);
                Assert.Equal((kind.State, kind.Reason, kind.EndedBy), (call.State, call.EndReason, call.EndedBy));
                Assert.Equal(($"{mirror}@example.com", $"{kind.Name}@example.com"), (call.Src, call.Dst));
                AssertNear(talk, call, "sipp");
            }
    }

    [Theory]
    [MemberData(nameof(Mirrors))]
    public async Task Calls_are_settled_as_Kamailio_recorded_them(string mirror)
    {
        var calls = await site.RequireCallsAsync();
        var kamailio = calls.Kamailio.Single(proxy => proxy.Key.Name == mirror).Value;
        var settled = calls.Settled.Where(call => call.Src == $"{mirror}@example.com").ToArray();
        Assert.Equal(kamailio.Keys.Order(), settled.Select(call => call.CallId).Order());
        foreach (var call in settled)
        {
            var recorded = kamailio[call.CallId];
            Assert.Equal(recorded.Status == 200, call.State == DialogState.Terminated);
            if (call.EndReason == EndReason.Rejected) Assert.Equal((uint)recorded.Status, call.SipStatus);
            Assert.Equal(HungUpBy(recorded, call), call.EndedBy);
            AssertNear(recorded.Status == 200 ? recorded.Duration : null, call, "Kamailio");
        }
    }

    /// <summary>Or the tests above would say nothing of topos, topoh and uac.</summary>
    [Theory]
    [InlineData("udp", 2, false, 1)]
    [InlineData("tcp", 2, false, 1)]
    [InlineData("topos", 1, false, 1)]
    [InlineData("topoh", 2, true, 1)]
    [InlineData("uac", 2, false, 2)]
    public async Task INVITEs_behind_it_have_so_many_Vias_masked_or_not_and_this_CSeq(string mirror, int vias, bool areMasked, uint cseq)
    {
        var calls = await site.RequireCallsAsync();
        var invites = calls.Events.Where(sip => sip.Proxy == mirror && sip is { Method: "INVITE", Status: 0, ToUri: "sip:busy@example.com" }).ToArray();
        var seenMasked = invites.SelectMany(invite => invite.ViaBranches).Any(branch => branch.StartsWith("z9hG4bKsr-", StringComparison.Ordinal));
        Assert.Equal((vias, areMasked, cseq), (invites.Max(invite => invite.ViaBranches.Count), seenMasked, invites.Max(invite => invite.Cseq)));
    }

    private static (string, string, uint) Identity(DialogChange change) => (change.CallId, change.FromTag, change.SinceCseq);

    private static Party HungUpBy(KamailioCall recorded, DialogChange call) =>
        recorded.HungUpBy is not { } tag ? Party.Unspecified : tag == call.FromTag ? Party.Caller : Party.Callee;

    private static void AssertNear(TimeSpan? talk, DialogChange call, string witness)
    {
        if (talk is not { } expected) return;
        var settled = call.Duration.ToTimeSpan();
        Assert.True((settled - expected).Duration() < (call.EndReason == EndReason.Expired ? ExpiryTolerance : Tolerance),
            $"{call.CallId}: {settled}, and {expected} for {witness}");
    }
}
