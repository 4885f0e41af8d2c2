using System.CommandLine;
using System.Text.RegularExpressions;
using Dlgs.Streams.Cli;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Queries;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>Whoever adds a field, an operator or a state is told here where it is not yet named. Parsers and error texts read the tables themselves.</summary>
public sealed class NamedEverywhere
{
    private static readonly Dictionary<string, string> Texts = new()
    {
        ["README.md"] = Read("README.md"),
        ["protos/README.md"] = Read("protos/README.md"),
        ["dialog_query.proto"] = Read("protos/dlgs/streams/v1/dialog_query.proto"),
        ["dlgs count --help"] = Help(CountCommand.Create()),
        ["dlgs list --help"] = Help(ListCommand.Create(TimeProvider.System)),
    };

    [Theory]
    [InlineData("README.md", "`{0}`")]
    [InlineData("protos/README.md", "`{0}`")]
    [InlineData("dlgs count --help", @"\b{0}\b")]
    [InlineData("dialog_query.proto", @"\bFILTER_OPERATOR_{0} = ")]
    public void Operators_are_named_in(string text, string form) => Check(text, form, FilterOperators.Names.All);

    [Theory]
    [InlineData("README.md", "`{0}`")]
    [InlineData("dlgs count --help", @"\b{0}\b")]
    [InlineData("dialog_query.proto", @"\bDIALOG_FIELD_{0} = ")]
    public void Fields_are_named_in(string text, string form) => Check(text, form, DialogFields.Names.All);

    [Theory]
    [InlineData("dlgs count --help", @"\b{0}\b")]
    [InlineData("dlgs list --help", @"\b{0}\b")]
    public void States_are_named_in(string text, string form) => Check(text, form, DialogStates.Names.All);

    private static void Check(string text, string form, IEnumerable<string> names)
    {
        var missing = names.Where(name => !Regex.IsMatch(Texts[text], string.Format(null, form, name), RegexOptions.IgnoreCase));
        Assert.Equal([], missing);
    }

    private static string Help(Command command) =>
        string.Join('\n', command.Arguments.Select(argument => argument.Description).Concat(command.Options.Select(option => option.Description)));

    private static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));
}
