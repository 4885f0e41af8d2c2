using System.ComponentModel.DataAnnotations;

namespace Dlgs.Streams.Settings;

/// <summary>How much a setting may be. People write a whole number, of a unit where there is one; the property has what it means.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class AmountAttribute(int least, int most, string unit) : ValidationAttribute
{
    public string Range => $"{least} to {most}";

    public virtual object Read(int number) => number;

    public virtual double Write(object value) => (int)value;

    protected override ValidationResult? IsValid(object? value, ValidationContext context) =>
        Write(value!) is var number && number >= least && number <= most ? ValidationResult.Success
            : new ValidationResult($"{Setting.NameOf(context)}: {Range}{(unit.Length > 0 ? $" ({unit})" : "")}.");
}

/// <summary>So many.</summary>
internal sealed class CountAttribute(int least, int most) : AmountAttribute(least, most, "");

/// <summary>So many bytes.</summary>
internal sealed class BytesAttribute(int least, int most) : AmountAttribute(least, most, "bytes");

/// <summary>A time, written in seconds.</summary>
internal sealed class SecondsAttribute(int least, int most) : AmountAttribute(least, most, "s")
{
    public override object Read(int number) => TimeSpan.FromSeconds(number);

    public override double Write(object value) => ((TimeSpan)value).TotalSeconds;
}

/// <summary>A time, written in milliseconds.</summary>
internal sealed class MillisecondsAttribute(int least, int most) : AmountAttribute(least, most, "ms")
{
    public override object Read(int number) => TimeSpan.FromMilliseconds(number);

    public override double Write(object value) => ((TimeSpan)value).TotalMilliseconds;
}
