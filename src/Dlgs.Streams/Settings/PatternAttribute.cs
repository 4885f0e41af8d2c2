using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Dlgs.Streams.Settings;

/// <summary>What a text may be, all of it, and that in words. Without a value there is nothing to check.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PatternAttribute(string pattern, string allowed) : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext context) =>
        value is not string text || Regex.IsMatch(text, $@"\A(?:{pattern})\z") ? ValidationResult.Success
            : new ValidationResult($"{Setting.NameOf(context)}: {allowed}.");
}
