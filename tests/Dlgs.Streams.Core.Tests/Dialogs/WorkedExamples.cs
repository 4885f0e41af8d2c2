namespace Dlgs.Streams.Core.Tests.Dialogs;

/// <summary>The examples of the specification (README.md of Core/Dialogs), each as it stands there: what it shows is what happens.</summary>
public sealed class WorkedExamples
{
    /// <summary>Heading and script of each block marked "dialog".</summary>
    public static TheoryData<string, string> All
    {
        get
        {
            var (examples, heading, script) = (new TheoryData<string, string>(), "", (List<string>?)null);
            foreach (var line in Specification().Split('\n').Select(line => line.TrimEnd('\r')))
            {
                if (line == "```dialog") script = [];
                else if (line == "```" && script is not null)
                {
                    examples.Add(heading, string.Join('\n', script));
                    script = null;
                }
                else if (script is not null) script.Add(line);
                else if (line.StartsWith('#')) heading = line.TrimStart('#', ' ');
            }
            return examples;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Example_of_the_specification_holds(string heading, string script)
    {
        Assert.NotEmpty(heading);
        DialogScript.Check(script);
    }

    [Fact]
    public void Each_rule_has_its_example()
    {
        string[] rules = ["Identity", "Messages and their facts", "Inside", "Adoption", "Trees", "Numbers", "Legs", "Dialogs",
            "With legs", "Without legs", "Lifetimes", "Changes and settling", "Bounds", "Attributes and tags", "Close"];
        Assert.Equal(rules, All.Select(example => example.Data.Item1));
    }

    private static string Specification()
    {
        using var reader = new StreamReader(typeof(WorkedExamples).Assembly.GetManifestResourceStream("Specification.md")!);
        return reader.ReadToEnd();
    }
}
