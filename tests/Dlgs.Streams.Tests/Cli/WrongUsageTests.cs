using Dlgs.Streams.Cli;

namespace Dlgs.Streams.Tests.Cli;

/// <summary>What people mistype is told in a sentence of ours, and nothing runs.</summary>
public sealed class WrongUsageTests
{
    [Theory]
    [InlineData("", "Required command was not provided.")]
    [InlineData("bogus", "'bogus'")]
    [InlineData("inspect", "'FILE' missing")]
    [InlineData("inspect ''", "FILE: not empty.")]
    [InlineData("inspect --bogus x.hep", "There is no option --bogus.")]
    [InlineData("inspect --json --wide x.hep", "--json or --wide, not both.")]
    [InlineData("replay --bootstrap-servers a:1 --speed 0 x.hep", "--speed: a number from 0.1 to 1000, or max.")]
    [InlineData("replay --bootstrap-servers a:1 --speed NaN x.hep", "--speed: a number from 0.1 to 1000, or max.")]
    [InlineData("replay --bootstrap-servers a:1 --speed", "--speed")]
    [InlineData("changes --bootstrap-servers a:1 --until-idle 5x", "--until-idle: 1s to 3600s, as 20s.")]
    [InlineData("changes --bootstrap-servers a:1 --until-idle 5ss", "--until-idle: 1s to 3600s, as 20s.")]
    [InlineData("changes --bootstrap-servers a:1 --until-idle -1", "--until-idle: 1s to 3600s, as 20s.")]
    [InlineData("changes --bootstrap-servers a:1 --until-idle 99999999999999", "--until-idle: 1s to 3600s, as 20s.")]
    [InlineData("changes --bootstrap-servers a:1 extra", "'extra'")]
    [InlineData("dead-letters --again", "--again: with --cause")]
    [InlineData("dead-letters --late", "--late: with --again")]
    [InlineData("dead-letters --cause poison", "--cause: 'poison' is none. They are: malformed, ")]
    [InlineData("demo --rate x", "--rate: a number from 0.1 to 1000.")]
    [InlineData("demo --rate 0", "--rate: a number from 0.1 to 1000.")]
    [InlineData("demo --rate NaN", "--rate: a number from 0.1 to 1000.")]
    [InlineData("demo --for 1s", "--for: 15s to 86400s, as 20s.")]
    [InlineData("list --limit x", "--limit: 1 to 100000.")]
    [InlineData("list --limit 0", "--limit: 1 to 100000.")]
    [InlineData("list src eq", "list needs FIELD, OP and VALUE, or none of them.")]
    [InlineData("list --state gone", "--state: 'gone' is none")]
    [InlineData("count src eq", "count needs FIELD, OP and VALUE, or none of them.")]
    [InlineData("count --server localhost:5090", "--server: ")]
    [InlineData("count --server http://x:99999", "--server: ")]
    [InlineData("count --server http://[::1", "--server: ")]
    [InlineData("count --server ''", "--server: ")]
    [InlineData("get", "'CALL-ID' missing")]
    [InlineData("serve --embedded extra", "'extra'")]
    [InlineData("completion tcsh", "'tcsh'")]
    public void Mistake_is_named(string typed, string told)
    {
        string[] args = [.. typed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim('\''))];
        Assert.Contains(CommandLine.Parse(args, TimeProvider.System).Errors, error => error.Message.Contains(told, StringComparison.Ordinal));
    }
}
