using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>Frames as no client of good will sends them (RFC 9113), on one connection.</summary>
internal sealed class RawHttp2 : IDisposable
{
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private const byte Acknowledged = 1;
    private const int HeaderBytes = 9;

    private readonly TcpClient tcp = new();
    private readonly NetworkStream stream;
    private int lastStream = -1;

    public RawHttp2(string address)
    {
        var url = new Uri(address);
        tcp.Connect(url.Host, url.Port);
        stream = tcp.GetStream();
        Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        Write(Frame(FrameType.Settings, 0, 0, []));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Whether the server speaks, and does not hang up at once.</summary>
    public async Task<bool> IsAnsweredAsync() => await ReadAsync() is { Type: FrameType.Settings };

    /// <summary>A request to a gRPC method; its stream.</summary>
    public int Ask(string method, IMessage request)
    {
        lastStream += 2;
        Write(Headers(lastStream, $"/dlgs.streams.v1.DialogQuery/{method}"));
        var message = request.ToByteArray();
        byte[] data = [0, 0, 0, 0, 0, .. message];
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(1), message.Length);
        Write(Frame(FrameType.Data, EndStream, lastStream, data));
        return lastStream;
    }

    /// <summary>A request that is taken back at once.</summary>
    /// <returns>False: the server has hung up.</returns>
    public bool AskAndReset(string method)
    {
        lastStream += 2;
        return Write([.. Headers(lastStream, $"/dlgs.streams.v1.DialogQuery/{method}"), .. Frame(FrameType.ResetStream, 0, lastStream, [0, 0, 0, 8])]);
    }

    /// <summary>Null: the server has hung up. It is told that somebody is there where it asks.</summary>
    public async Task<(FrameType Type, int Stream, byte[] Payload)?> ReadAsync()
    {
        try
        {
            while (true)
            {
                var header = new byte[HeaderBytes];
                await stream.ReadExactlyAsync(header, Cancellation);
                var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header) >> 8];
                await stream.ReadExactlyAsync(payload, Cancellation);
                if ((FrameType)header[3] != FrameType.Ping)
                    return ((FrameType)header[3], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)), payload);
                Write(Frame(FrameType.Ping, Acknowledged, 0, payload));
            }
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => tcp.Dispose();

    private static byte[] Headers(int stream, string path)
    {
        var block = new List<byte> { 0x83, 0x86 }; // :method POST, :scheme http
        Add(":path", path);
        Add(":authority", "localhost");
        Add("content-type", "application/grpc");
        Add("te", "trailers");
        return Frame(FrameType.Headers, EndHeaders, stream, [.. block]);

        // Literal, without indexing, without Huffman's code (RFC 7541, section 6.2.2).
        void Add(string name, string value) =>
            block.AddRange([0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)]);
    }

    private static byte[] Frame(FrameType type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[HeaderBytes + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = ((byte)type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, HeaderBytes);
        return frame;
    }

    private bool Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            stream.Write(bytes);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}

/// <summary>Of RFC 9113, section 6.</summary>
internal enum FrameType : byte
{
    Data = 0,
    Headers = 1,
    ResetStream = 3,
    Settings = 4,
    Ping = 6,
}
