using System.Security.Cryptography.X509Certificates;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Tests.Grpc;
using Grpc.Core;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Dlgs.Streams.Tests.Client;

/// <summary>A client says who it is by a certificate; what is wrong with it, or with that of the service, is told in words to act on.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly CertificateAuthority authority = new();
    private readonly CertificateAuthority others = new();
    private readonly string tokenFile = Path.GetTempFileName();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Certificate_of_the_client_and_those_above_it_come_to_the_service()
    {
        await using var instance = await StartAsync();
        using var between = new CertificateAuthority(authority);
        foreach (var certificate in new[] { authority.Issue("policy", []), between.Issue("billing", []) })
        {
            using var queries = Of(instance, Showing(certificate));
            await queries.CountAsync(new CountRequest(), cancellation: Cancellation);
        }
        Assert.Equal(["CN=policy", "CN=billing"], instance.Shown);
    }

    [Fact]
    public async Task Key_may_stand_in_the_file_of_the_certificate()
    {
        await using var instance = await StartAsync();
        var certificate = authority.Issue("policy", []);
        await File.AppendAllTextAsync(certificate.PemFile, "\n" + await File.ReadAllTextAsync(certificate.KeyFile, Cancellation), Cancellation);
        using var queries = Of(instance, new ServiceOptions { CertificateFile = certificate.PemFile });
        await queries.CountAsync(new CountRequest(), cancellation: Cancellation);
    }

    [Fact]
    public async Task Service_that_wants_a_certificate_and_one_that_refuses_it_are_told_apart()
    {
        await using var instance = await StartAsync();
        await FailsAsync(UnreachableCause.WantsCertificate, "lets nobody in", new ServiceOptions());
        await FailsAsync(UnreachableCause.RefusesCertificate, "CN=policy, signed by CN=authority", Showing(others.Issue("policy", [])));
        await FailsAsync(UnreachableCause.RefusesCertificate, "expired on", Showing(authority.Issue("policy", [], days: -1)));

        async Task FailsAsync(UnreachableCause why, string says, ServiceOptions options)
        {
            using var queries = Of(instance, options);
            var failure = await Assert.ThrowsAsync<UnreachableException>(() => queries.CountAsync(new CountRequest(), cancellation: Cancellation));
            Assert.Equal(why, failure.Why);
            Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Service_with_the_certificate_of_another_host_is_told_with_whose_it_is()
    {
        await using var instance = await StartAsync(authority.Issue("service", ["dlgs.example", "10.0.0.7"]));
        using var queries = Of(instance, new ServiceOptions());
        var failure = await Assert.ThrowsAsync<UnreachableException>(() => queries.CountAsync(new CountRequest(), cancellation: Cancellation));
        Assert.Equal(UnreachableCause.OthersCertificate, failure.Why);
        Assert.EndsWith("is not for 127.0.0.1, but for dlgs.example, 10.0.0.7.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replaced_files_are_used_by_what_is_asked_next_and_what_is_under_way_goes_on()
    {
        await using var instance = await StartAsync();
        var (first, second) = (authority.Issue("first", []), authority.Issue("second", []));
        using var queries = Of(instance, Showing(first));
        var isUnderWay = new TaskCompletionSource();
        instance.Does = context =>
        {
            isUnderWay.SetResult();
            return ScriptedInstance.IsSilent(context);
        };
        var underWay = queries.CountAsync(new CountRequest(), cancellation: Cancellation);
        await isUnderWay.Task;
        instance.Does = ScriptedInstance.Answers;
        second.Replace(first);
        while (instance.Shown.Last() != "CN=second") await queries.CountAsync(new CountRequest(), cancellation: Cancellation);
        Assert.False(underWay.IsCompleted);
    }

    [Fact]
    public void Files_that_are_no_credentials_are_bad_arguments()
    {
        var (certificate, other) = (authority.Issue("policy", []), authority.Issue("other", []));
        Refuses("is not the private key of", Showing(certificate) with { KeyFile = other.KeyFile });
        Refuses("is not the private key of", new ServiceOptions { CertificateFile = certificate.PemFile });
        Refuses("/no/such.key", Showing(certificate) with { KeyFile = "/no/such.key" });
        Refuses("has no certificate in PEM", new ServiceOptions { CertificateFile = certificate.KeyFile });
        Refuses("no certificate is named for it", new ServiceOptions { KeyFile = certificate.KeyFile });
        Refuses("for https:// only", Showing(certificate), "http://127.0.0.1:1");

        static void Refuses(string says, ServiceOptions options, string address = "https://127.0.0.1:1")
        {
            var refused = Assert.Throws<ArgumentException>(() => new DialogQueries(options with { Address = address }));
            Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Command_says_who_asks_and_in_one_line_what_to_do_where_that_is_not_enough()
    {
        await using var instance = await StartAsync();
        await File.WriteAllTextAsync(tokenFile, "a.token", Cancellation);
        var mine = authority.Issue("policy", []);
        string[] known = ["count", "--server", instance.Address, "--ca", authority.PemFile];
        await FailsAsync(1, "lets nobody in without a certificate. --certificate and --key name yours.", known);
        var stranger = others.Issue("policy", []);
        await FailsAsync(1, "It has to be of an authority that the service trusts", [.. known, "--certificate", stranger.PemFile, "--key", stranger.KeyFile]);
        await FailsAsync(2, "is not the private key of", [.. known, "--certificate", mine.PemFile, "--key", stranger.KeyFile]);
        string[] identified = [.. known, "--certificate", mine.PemFile, "--key", mine.KeyFile];
        instance.Does = _ => throw new RpcException(new Status(StatusCode.Unauthenticated, "No token was given."));
        await FailsAsync(1, "No token was given. --certificate and --key, or --token-file, say who asks.", [.. identified, "--token-file", tokenFile]);
        Assert.Equal(["CN=policy", "Bearer a.token"], instance.Shown);
        await FailsAsync(2, "https:// or to loopback", ["count", "--server", "http://10.0.0.7:1", "--token-file", tokenFile]);
        await using var elsewhere = await StartAsync(authority.Issue("service", ["dlgs.example"]));
        await FailsAsync(1, "but for dlgs.example. --server has to name the host as its certificate does.",
            ["count", "--server", elsewhere.Address, "--ca", authority.PemFile]);

        static async Task FailsAsync(int code, string says, string[] arguments)
        {
            var run = await DlgsCommand.RunAsync(arguments);
            Assert.Equal(code, run.Code);
            Assert.Contains(says, Assert.Single(run.Errors), StringComparison.Ordinal);
        }
    }

    /// <summary>Lets in only those with a certificate of the authority.</summary>
    private Task<ScriptedInstance> StartAsync(IssuedCertificate? own = null)
    {
        own ??= authority.Issue("service", ["127.0.0.1"]);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(authority.PemFile);
        return ScriptedInstance.StartAsync(listen: listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = X509Certificate2.CreateFromPemFile(own.PemFile, own.KeyFile);
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.OnAuthenticate = (_, tls) => tls.CertificateChainPolicy = policy;
        }));
    }

    private static ServiceOptions Showing(IssuedCertificate certificate) => new() { CertificateFile = certificate.PemFile, KeyFile = certificate.KeyFile };

    private DialogQueries Of(ScriptedInstance instance, ServiceOptions options) =>
        new(options with { Address = instance.Address, CaFile = authority.PemFile, Deadline = TimeSpan.FromSeconds(60) });

    public void Dispose()
    {
        authority.Dispose();
        others.Dispose();
        File.Delete(tokenFile);
    }
}
