using System.Text;
using System.Text.Json;
using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Rules;

/// <summary>Reads the rules out of JSON, and notes all that is wrong with it by its place.</summary>
internal sealed class RulesReader
{
    private const int MaxConditions = 256;

    private static readonly string[] Names = ["src", "dst", "data", "tags", "numbers", "skip_anonymous"];
    private static readonly string[] NamesOfRule = ["value", "source_address", "capture_id"];
    private static readonly string[] NamesOfNumbers = ["country", "trunk", "international", "short", "unprefixed"];

    private readonly List<string> headers = [];
    private readonly TemplateParser templates;

    public RulesReader() => templates = new TemplateParser(headers);

    public List<string> Failures { get; } = [];

    public AttributeRules Read(JsonElement file)
    {
        if (!CheckNames(file, "", Names)) return new AttributeRules();
        return new AttributeRules
        {
            Src = ReadRules(file, "src"), Dst = ReadRules(file, "dst"), Data = ReadRules(file, "data"), Tags = ReadRules(file, "tags"),
            Numbers = file.TryGetProperty("numbers", out var numbers) ? ReadNumbers(numbers) : NumberPlan.Default,
            SkipsAnonymous = file.TryGetProperty("skip_anonymous", out var skips) && ReadSwitch(skips, "skip_anonymous"),
            Headers = headers,
        };
    }

    private Rule[] ReadRules(JsonElement file, string name)
    {
        if (!file.TryGetProperty(name, out var list)) return [];
        if (list.ValueKind != JsonValueKind.Array) Fail(name, "a list of sources, as [\"{From user}\", \"{From}\"].");
        else if (list.GetArrayLength() > AttributeRules.MaxRules) Fail(name, $"more than {AttributeRules.MaxRules} sources.");
        else return [.. list.EnumerateArray().Select((rule, i) => ReadRule(rule, $"{name}[{i}]")).OfType<Rule>()];
        return [];
    }

    private Rule? ReadRule(JsonElement rule, string place)
    {
        if (rule.ValueKind == JsonValueKind.String) return WithTemplate(rule, place, [], []);
        if (!CheckNames(rule, place, NamesOfRule, "a text, as \"{From user}\", or an object with such a \"value\".")) return null;
        var ranges = ReadList(rule, place, "source_address", "a list of addresses, as [\"192.0.2.0/24\"]", ReadRange).OfType<AddressRange>();
        var ids = ReadList(rule, place, "capture_id", "a list of numbers, as [2001]", ReadCaptureId).OfType<uint>();
        if (rule.TryGetProperty("value", out var value)) return WithTemplate(value, $"{place}.value", [.. ranges], [.. ids]);
        Fail(place, "it has no \"value\", which says what is taken.");
        return null;
    }

    private Rule? WithTemplate(JsonElement value, string place, AddressRange[] ranges, uint[] ids)
    {
        if (ReadText(value, place, "a text, as \"{From user}\".") is not { } template) return null;
        if (templates.Parse(template, out var failure) is { } pieces) return new Rule(template, pieces, ranges, ids);
        Fail(place, failure!);
        return null;
    }

    private AddressRange? ReadRange(JsonElement range, string place)
    {
        if (ReadText(range, place, "a text, as \"192.0.2.0/24\".") is not { } text) return null;
        var read = AddressRange.Parse(text, out var failure);
        if (failure is not null) Fail(place, failure);
        return read;
    }

    private uint? ReadCaptureId(JsonElement id, string place)
    {
        if (id.ValueKind == JsonValueKind.Number && id.TryGetUInt32(out var number)) return number;
        Fail(place, $"a whole number from 0 to {uint.MaxValue}.");
        return null;
    }

    private NumberPlan ReadNumbers(JsonElement numbers)
    {
        var plan = NumberPlan.Default;
        if (!CheckNames(numbers, "numbers", NamesOfNumbers)) return plan;
        if (numbers.TryGetProperty("country", out var country)) plan = plan with { Country = ReadDigits(country, "numbers.country", 1, 3) };
        if (numbers.TryGetProperty("trunk", out var trunk)) plan = plan with { Trunk = ReadDigits(trunk, "numbers.trunk", 0, NumberPlan.MaxPrefix) };
        if (plan.Country is [(byte)'0', ..]) Fail("numbers.country", "the code of a country, as \"49\"; none begins with 0.");
        if (numbers.TryGetProperty("international", out _))
        {
            plan = plan with
            {
                International = [.. ReadList(numbers, "numbers", "international", "a list of prefixes, as [\"00\"]",
                    (prefix, place) => ReadDigits(prefix, place, 1, NumberPlan.MaxPrefix))],
            };
        }
        if (numbers.TryGetProperty("short", out var few))
        {
            if (few.ValueKind == JsonValueKind.Number && few.TryGetInt32(out var digits) && digits is >= 0 and <= 12) plan = plan with { Short = digits };
            else Fail("numbers.short", "a whole number of digits from 0 to 12.");
        }
        if (!numbers.TryGetProperty("unprefixed", out var unprefixed)) return plan;
        if (unprefixed.ValueKind != JsonValueKind.String || unprefixed.GetString() is not ("national" or "international"))
            Fail("numbers.unprefixed", "\"national\" or \"international\".");
        else plan = plan with { UnprefixedAreInternational = unprefixed.GetString() == "international" };
        return plan;
    }

    private byte[] ReadDigits(JsonElement value, string place, int least, int most)
    {
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text
            && text.Length >= least && text.Length <= most && text.All(char.IsAsciiDigit)) return Encoding.UTF8.GetBytes(text);
        Fail(place, $"{least} to {most} digits in quotes.");
        return [];
    }

    private bool ReadSwitch(JsonElement value, string place)
    {
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) Fail(place, "true or false.");
        return value.ValueKind == JsonValueKind.True;
    }

    private string? ReadText(JsonElement value, string place, string allowed)
    {
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        Fail(place, allowed);
        return null;
    }

    private List<T> ReadList<T>(JsonElement holder, string place, string name, string allowed, Func<JsonElement, string, T> read)
    {
        if (!holder.TryGetProperty(name, out var list)) return [];
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MaxConditions)
        {
            Fail($"{place}.{name}", $"{allowed}, 1 to {MaxConditions} of them.");
            return [];
        }
        return [.. list.EnumerateArray().Select((each, i) => read(each, $"{place}.{name}[{i}]"))];
    }

    private bool CheckNames(JsonElement holder, string place, string[] known, string? allowed = null)
    {
        if (holder.ValueKind != JsonValueKind.Object)
        {
            Fail(place, allowed ?? $"an object with {string.Join(", ", known)}.");
            return false;
        }
        foreach (var name in holder.EnumerateObject().Select(property => property.Name).Except(known))
        {
            var hint = NearestName.Of(name, known) is { } meant ? $"did you mean {meant}?" : $"there are {string.Join(", ", known)}.";
            Fail(place.Length == 0 ? name : $"{place}.{name}", $"there is no such name; {hint}");
        }
        return true;
    }

    private void Fail(string place, string why) => Failures.Add(place.Length == 0 ? why : $"{place}: {why}");
}
