using Dlgs.Streams.Records;

namespace Dlgs.Streams.Tests.Records;

/// <summary>Other programs read these names: what they are is written down, and none is another's.</summary>
public sealed class EventFailureNames
{
    private static readonly EventFailure[] All = Enum.GetValues<EventFailure>();

    [Fact]
    public void Each_cause_is_explained_in_the_readme_of_the_records()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "protos/README.md"));
        // No record is refused for these two.
        Assert.All(All.Except([EventFailure.None, EventFailure.NotUtf8]), failure => Assert.Contains($"`{failure.Name()}`", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Names_are_unique_and_in_kebab_case()
    {
        Assert.Equal(All.Length, All.Select(failure => failure.Name()).Distinct(StringComparer.Ordinal).Count());
        Assert.All(All, failure => Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", failure.Name()));
    }
}
