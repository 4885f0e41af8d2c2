using System.ComponentModel;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>A language of protos/README.md, as far as it is on this machine.</summary>
/// <param name="Name">As its blocks are marked.</param>
/// <param name="Interpreter">What runs it.</param>
/// <param name="FileName">Of the program.</param>
/// <param name="Prepare">What is to be run once in the program's folder.</param>
/// <param name="Check">Ends with 0 where all that the program needs is there.</param>
/// <param name="Missing">What to install where it is not.</param>
internal sealed record Language(string Name, string Interpreter, string FileName, string[][] Prepare, string[][] Check, string Missing)
{
    public static readonly Language Python = new(
        "python", "/usr/bin/python3", "example.py",
        [["sh", "-c", "protoc -I protos --python_out=. protos/dlgs/streams/v1/*.proto"]],
        [["protoc", "--version"],
            ["test", "-f", "/usr/include/google/protobuf/timestamp.proto"], ["/usr/bin/python3", "-c", "import confluent_kafka, google.protobuf"]],
        "one of Debian's python3-confluent-kafka, python3-protobuf, protobuf-compiler and libprotobuf-dev is missing");

    public static readonly Language Node = new(
        "javascript", "node", "example.js", [],
        [["node", "-e", "for (const name of ['kafkajs', 'protobufjs', '@grpc/grpc-js', 'grpc-js-reflection-client']) require(name)"]],
        "node is missing, or kafkajs, protobufjs, @grpc/grpc-js and grpc-js-reflection-client where NODE_PATH says");

    /// <summary>Skips the test where something is not there.</summary>
    public async Task RequireAsync()
    {
        foreach (var command in Check) Assert.SkipUnless(await IsThereAsync(command), Missing);
    }

    private static async Task<bool> IsThereAsync(string[] command)
    {
        try
        {
            return (await ForeignProgram.FinishAsync(Path.GetTempPath(), command)).Code == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
