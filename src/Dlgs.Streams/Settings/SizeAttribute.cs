using System.Globalization;

namespace Dlgs.Streams.Settings;

/// <summary>So many bytes, which people write with a unit: 512MiB, 6GiB. 0 leaves it to the program.</summary>
internal sealed class SizeAttribute(long least, long most) : AmountAttribute(least, most, "")
{
    private static readonly (string Name, int Shift)[] Units = [("TiB", 40), ("GiB", 30), ("MiB", 20)];

    private readonly long least = least;
    private readonly long most = most;

    public override string Range => $"0, or {Words(least)} to {Words(most)}";

    public override string Kind => "size (bytes, or as 512MiB, 6GiB)";

    /// <summary>As people write it; between units to a hundredth.</summary>
    public static string Words(long bytes)
    {
        var (name, shift) = Array.Find(Units, unit => Math.Abs(bytes) >= 1L << unit.Shift) is { Name: not null } found ? found : Units[^1];
        return string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / (1L << shift):0.##}{name}");
    }

    public override object? Parse(string text)
    {
        var unit = Array.Find(Units, unit => text.EndsWith(unit.Name, StringComparison.OrdinalIgnoreCase));
        var number = text[..^(unit.Name?.Length ?? 0)].TrimEnd();
        return long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var size) && Math.Abs(size) <= long.MaxValue >> unit.Shift
            ? size << unit.Shift
            : null;
    }

    public override double Write(object value) => (long)value;

    protected override bool Takes(double number) => number == 0 || base.Takes(number);
}
