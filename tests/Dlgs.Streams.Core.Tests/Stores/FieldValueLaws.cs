using System.Text;
using CsCheck;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests.Stores;

/// <summary>The table of values while they come and go by the thousand: its order is made anew, merged, or too old for what the table still knows.</summary>
public sealed class FieldValueLaws
{
    [Fact]
    public void Values_that_begin_with_a_prefix_are_those_that_a_scan_finds() =>
        Gen.Select(Gen.Int[0, 1 << 30], Gen.Int[1, 4_000].Array[3, 8]).Sample((seed, bursts) =>
        {
            var (values, held, random) = (new FieldValues(), new Dictionary<string, int>(), new Random(seed));
            foreach (var burst in bursts)
            {
                for (var i = 0; i < burst; i++) TakeOrRelease(values, held, random);
                foreach (var prefix in new[] { "", "9", "customer1", "customer12", "customer123456789", "~" })
                    Assert.Equal(held.Where(h => h.Key.StartsWith(prefix, StringComparison.Ordinal)).Sum(h => h.Value), Sum(values, prefix));
            }
        }, iter: 20);

    [Fact]
    public void Texts_sort_bytewise_however_long_they_begin_alike() =>
        Gen.OneOf("", "\0", "a", "b", "customer", "customer", "\u00e9").Array[0, 6].Select(string.Concat).Array[0, 60].Sample(texts =>
        {
            SortedValue[] sorted = [.. texts.Select((text, i) => new SortedValue(Encoding.UTF8.GetBytes(text), i))];
            TextSort.Sort(sorted);
            var expected = texts.Select(text => Convert.ToHexString(Encoding.UTF8.GetBytes(text))).Order(StringComparer.Ordinal);
            Assert.Equal(expected, sorted.Select(value => Convert.ToHexString(value.Text)));
        }, iter: 2_000);

    [Fact]
    public void Newer_slots_are_read_as_far_as_there_is_room()
    {
        var recent = new RecentSlots();
        for (var i = 0; i < 3_000; i++) recent.Add(i, neededFrom: 100, room: 2_048);
        Assert.Null(recent.Read(100, 3_000));
        Assert.Equal(Enumerable.Range(953, 2_047), recent.Read(953, 3_000)!);
        Assert.Null(recent.Read(952, 2_000));
    }

    private static void TakeOrRelease(FieldValues values, Dictionary<string, int> held, Random random)
    {
        var text = random.Next(3) == 0 ? $"{random.Next(2_000)}" : $"customer{random.Next(2_000)}";
        var slot = values.Intern(Encoding.UTF8.GetBytes(text));
        var by = held.GetValueOrDefault(text) > 0 && random.Next(2) == 0 ? -1 : 1;
        values.Src[slot] += by;
        values.Any[slot] += by;
        held[text] = held.GetValueOrDefault(text) + by;
        values.ReleaseIfUnused(slot);
    }

    private static long Sum(FieldValues values, string prefix)
    {
        var sums = new ValueSums(values);
        values.Visit(DialogFilter.Create(DialogField.Src, FilterOperator.Sw, prefix, new FilterLimits(), out _)!, values.Src, ref sums);
        return sums.By(DialogField.Src)!.Value;
    }
}
