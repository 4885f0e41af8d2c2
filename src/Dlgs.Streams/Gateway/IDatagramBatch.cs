namespace Dlgs.Streams.Gateway;

/// <summary>Datagrams as they come out of a socket, as many at once as the system gives. The socket is its owner's.</summary>
internal interface IDatagramBatch : IDisposable
{
    /// <summary>Waits for some, a tenth of a second at the most; how many there are now. They stay until the next call.</summary>
    int Receive();

    ReadOnlySpan<byte> Datagram(int index);

    Sender SenderOf(int index);
}
