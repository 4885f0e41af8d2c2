using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Dlgs.Streams.Gateway;

/// <summary>
/// Datagrams by recvmmsg (Linux): one call of the system brings as many as wait. .NET has no such call. The structures are those of 64-bit systems.
/// </summary>
internal sealed unsafe partial class LinuxDatagrams : IDatagramBatch
{
    private const int Count = 32;
    /// <summary>No datagram is longer. What is not written to takes no memory.</summary>
    private const int MaxDatagram = 1 << 16;
    /// <summary>Of IPv6: family, port, flow, address, scope.</summary>
    private const int SocketAddressLength = 28;

    private const int WaitForOne = 0x10000;
    private const int Interrupted = 4;
    private const int WouldBlock = 11;

    private readonly SafeSocketHandle handle;
    private readonly bool isIPv6;
    private readonly byte* memory;
    private readonly byte* addresses;
    private readonly MessageHeader* headers;

    public LinuxDatagrams(Socket socket)
    {
        (isIPv6, handle) = (socket.AddressFamily == AddressFamily.InterNetworkV6, socket.SafeHandle);
        memory = (byte*)NativeMemory.Alloc(Count, MaxDatagram);
        addresses = (byte*)NativeMemory.AllocZeroed(Count, SocketAddressLength);
        headers = (MessageHeader*)NativeMemory.AllocZeroed(Count, (nuint)(sizeof(MessageHeader) + sizeof(Piece)));
        var pieces = (Piece*)(headers + Count);
        for (var i = 0; i < Count; i++)
        {
            pieces[i] = new Piece { Start = memory + i * MaxDatagram, Length = MaxDatagram };
            headers[i] = new MessageHeader { Name = addresses + i * SocketAddressLength, Pieces = pieces + i, PieceCount = 1 };
        }
    }

    public static bool IsSupported => OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    public int Receive()
    {
        for (var i = 0; i < Count; i++) headers[i].NameLength = SocketAddressLength;
        var received = ReceiveMany(handle, headers, Count, WaitForOne, null);
        if (received >= 0) return received;
        var error = Marshal.GetLastPInvokeError();
        return error is Interrupted or WouldBlock ? 0 : throw new SocketException(error);
    }

    public ReadOnlySpan<byte> Datagram(int index) => new(memory + index * MaxDatagram, (int)headers[index].Received);

    public Sender SenderOf(int index) => Sender.Of(new ReadOnlySpan<byte>(addresses + index * SocketAddressLength, SocketAddressLength), isIPv6);

    public void Dispose()
    {
        NativeMemory.Free(headers);
        NativeMemory.Free(addresses);
        NativeMemory.Free(memory);
    }

    /// <summary>By the handle, not by its number: a number is another socket's as soon as this one is closed.</summary>
    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    private static partial int ReceiveMany(SafeSocketHandle socket, MessageHeader* headers, uint count, int flags, void* timeout);

    /// <summary>struct mmsghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public Piece* Pieces;
        public nuint PieceCount;
        public void* Control;
        public nuint ControlLength;
        /// <summary>An int, and the end of struct msghdr.</summary>
        public nint Flags;
        public uint Received;
    }

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Piece
    {
        public byte* Start;
        public nuint Length;
    }
}
