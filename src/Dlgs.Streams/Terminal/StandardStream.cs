using Microsoft.Win32.SafeHandles;

namespace Dlgs.Streams.Terminal;

/// <summary>Standard output, telling where it cannot be written to; and which of the three streams were closed by who started us.</summary>
internal sealed class StandardStream : Stream
{
    private const string Flags = "flags:";

    /// <summary>O_CLOEXEC.</summary>
    private const int CloseOnExec = 0x80000;

    private readonly Stream stream;
    private readonly bool isPipe;

    private StandardStream(Stream stream, bool isPipe) => (this.stream, this.isPipe) = (stream, isPipe);

    /// <summary>
    /// A pipe is written to directly: the console's own stream swallows that nobody reads any more, and a command that follows a topic would
    /// go on for ever. A file's place is shared with others who write to it, and the console's stream keeps to that.
    /// </summary>
    public static StandardStream OpenOutput()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected) return new(Console.OpenStandardOutput(), isPipe: false);
        var file = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return file.CanSeek ? new(Console.OpenStandardOutput(), isPipe: false) : new(file, isPipe: true);
    }

    /// <summary>
    /// Where a program starts with one of its streams closed, the next file that it opens has its number, and what is written there goes astray. Ours
    /// are closed on exec, those that a program was given cannot be. Only Linux tells.
    /// </summary>
    public static bool IsClosed(int number)
    {
        try
        {
            var flags = File.ReadLines($"/proc/self/fdinfo/{number}").First(line => line.StartsWith(Flags, StringComparison.Ordinal));
            return (Convert.ToInt64(flags[Flags.Length..].Trim(), 8) & CloseOnExec) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
        {
            return false;
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            stream.Write(buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputFailure(isPipe, e);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
