namespace Dlgs.Streams.Hosting;

/// <summary>The ports of the service. Each has its own endpoints: what is on one is not found on another.</summary>
internal enum Listener
{
    /// <summary>HTTP/2 alone: gRPC without TLS needs it with prior knowledge.</summary>
    Grpc,
    Http,
    /// <summary>The other instances' port.</summary>
    Peer,
    /// <summary>Plain, perhaps beyond loopback: nothing there says who calls whom.</summary>
    Probes,
    /// <summary>Capture agents' port.</summary>
    HepTcp,
    /// <summary>Capture agents' port with TLS.</summary>
    HepTls,
}
