namespace Dlgs.Streams.Settings;

/// <summary>Addresses and ranges of them, of IPv4 and IPv6.</summary>
internal sealed class AddressList
{
    private readonly AddressRange[] ranges;

    private AddressList(AddressRange[] ranges) => this.ranges = ranges;

    /// <summary>Null: refused, and the failure says why.</summary>
    public static AddressList? Parse(string text, out string? failure)
    {
        var ranges = new List<AddressRange>();
        failure = null;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (AddressRange.Parse(part, out failure) is not { } range) return null;
            ranges.Add(range);
        }
        if (ranges.Count > 0) return new AddressList([.. ranges]);
        failure = $"'{text}' names nobody.";
        return null;
    }

    public bool Contains(UInt128 address)
    {
        foreach (var range in ranges)
            if (range.Contains(address)) return true;
        return false;
    }
}
