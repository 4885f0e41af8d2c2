using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Dlgs.Streams.Metrics;

namespace Dlgs.Streams.Access;

/// <summary>The files that listeners prove themselves with, and check their callers against; looked at every few seconds.</summary>
internal sealed class TlsFiles : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly TimeProvider time;
    private readonly ILogger<TlsFiles> logger;
    private readonly ConcurrentQueue<IReloadedFile> files = new();
    private readonly ConcurrentQueue<(string Listener, ReloadedFile<SslStreamCertificateContext> File)> certificates = new();

    public TlsFiles(ServiceMeter meter, TimeProvider time, ILogger<TlsFiles> logger)
    {
        (this.time, this.logger) = (time, logger);
        meter.ShowEach(new("dlgs.tls_certificate_expiry_timestamp", "s", "When the certificate of a listener expires, in Unix time.", "listener"), Expiries);
    }

    /// <summary>The certificate of a listener: grpc, http, peer or hep.</summary>
    /// <param name="listener">Whose.</param>
    /// <param name="certificateFile">With those that vouch for it.</param>
    /// <param name="keyFile">Its key.</param>
    /// <param name="check">Throws a <see cref="BadFileException"/> for one that is not for this listener, now or later.</param>
    public ReloadedFile<SslStreamCertificateContext> OpenCertificate(
        string listener, string certificateFile, string keyFile, Action<X509Certificate2>? check = null)
    {
        var file = Open($"{listener}_certificate, {listener}_key", [certificateFile, keyFile], () =>
        {
            var own = PemFiles.ReadOwn(certificateFile, keyFile, time);
            check?.Invoke(own.TargetCertificate);
            return own;
        });
        certificates.Enqueue((listener, file));
        return file;
    }

    public ReloadedFile<X509Certificate2Collection> OpenAuthorities(string setting, string path) =>
        Open(setting, [path], () => PemFiles.ReadAuthorities(path));

    public ReloadedFile<T> Open<T>(string setting, string[] paths, Func<T> read) where T : class
    {
        try
        {
            var file = new ReloadedFile<T>(setting, paths, read, time, logger);
            files.Enqueue(file);
            return file;
        }
        catch (BadFileException e)
        {
            throw new BadFileException($"{setting}: {e.Message}", e);
        }
    }

    public void LookAgain()
    {
        foreach (var file in files) file.LookAgain();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) LookAgain();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A host that cannot start ends it too, and would take that for its fault.
        }
    }

    private IEnumerable<Measurement<long>> Expiries() => certificates.Select(each => new Measurement<long>(
        new DateTimeOffset(each.File.Current.TargetCertificate.NotAfter).ToUnixTimeSeconds(), Label.Pair(["listener"], each.Listener)));
}
