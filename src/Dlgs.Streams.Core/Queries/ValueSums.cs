using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>How many ongoing dialogs have the values that match, in each of their fields.</summary>
internal struct ValueSums(FieldValues values) : IValueVisitor
{
    private long src;
    private long dst;
    private long data;

    public void Visit(int slot, byte[] text)
    {
        var (inSrc, inDst, inData) = (Volatile.Read(ref values.Src[slot]), Volatile.Read(ref values.Dst[slot]), Volatile.Read(ref values.Data[slot]));
        // Else they are the numbers of the value that has the slot since.
        if (!ReferenceEquals(values.TextOf(slot), text)) return;
        src += inSrc;
        dst += inDst;
        data += inData;
    }

    /// <summary>The number by a field; null: a dialog may have matching values in two fields, and then counts once.</summary>
    public readonly long? By(DialogField field) => field switch
    {
        DialogField.Src => src,
        DialogField.Dst => dst,
        DialogField.Data => data,
        DialogField.Any => (src > 0 ? 1 : 0) + (dst > 0 ? 1 : 0) + (data > 0 ? 1 : 0) <= 1 ? src + dst + data : null,
    };
}
