using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Dlgs.Streams.Settings;

/// <summary>How much a setting may be. People write a whole number, of a unit where there is one; the property has what it means.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class AmountAttribute(long least, long most, string unit) : ValidationAttribute
{
    public virtual string Range => $"{least} to {most}";

    /// <summary>What people are to write.</summary>
    public virtual string Kind => "whole number";

    /// <summary>Null: it is none.</summary>
    public virtual object? Parse(string text) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? Read(number) : null;

    public virtual double Write(object value) => (int)value;

    protected virtual object Read(int number) => number;

    protected virtual bool Takes(double number) => number >= least && number <= most;

    protected override ValidationResult? IsValid(object? value, ValidationContext context) =>
        Takes(Write(value!)) ? ValidationResult.Success
            : new ValidationResult($"{Setting.NameOf(context)}: {Range}{(unit.Length > 0 ? $" ({unit})" : "")}.");
}

/// <summary>So many.</summary>
internal sealed class CountAttribute(int least, int most) : AmountAttribute(least, most, "");

/// <summary>So many bytes.</summary>
internal sealed class BytesAttribute(int least, int most) : AmountAttribute(least, most, "bytes");

/// <summary>A time, written in seconds.</summary>
internal sealed class SecondsAttribute(int least, int most) : AmountAttribute(least, most, "s")
{
    protected override object Read(int number) => TimeSpan.FromSeconds(number);

    public override double Write(object value) => ((TimeSpan)value).TotalSeconds;
}

/// <summary>A time, written in milliseconds.</summary>
internal sealed class MillisecondsAttribute(int least, int most) : AmountAttribute(least, most, "ms")
{
    protected override object Read(int number) => TimeSpan.FromMilliseconds(number);

    public override double Write(object value) => ((TimeSpan)value).TotalMilliseconds;
}
