using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Dlgs.Streams.Hep;

/// <summary>One end of what was captured. Kept by value: a frame outlives the buffer that it was read from.</summary>
internal struct HepEndpoint
{
    private AddressBytes bytes;
    private byte length;

    /// <summary>0: the frame does not say.</summary>
    public ushort Port;

    /// <summary>The IP address, in network order: 4 bytes or 16; empty: the frame does not say.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Address => MemoryMarshal.CreateReadOnlySpan(in bytes[0], length);

    /// <summary>Takes an address of 4 bytes or 16; any other length is none.</summary>
    public void SetAddress(ReadOnlySpan<byte> address)
    {
        if (address.Length is not (4 or 16)) return;
        length = (byte)address.Length;
        address.CopyTo(MemoryMarshal.CreateSpan(ref bytes[0], length));
    }

    [InlineArray(16)]
    private struct AddressBytes
    {
        private byte first;
    }
}
