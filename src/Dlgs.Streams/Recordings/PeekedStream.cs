namespace Dlgs.Streams.Recordings;

/// <summary>A stream whose first bytes were looked at and come again: a pipe cannot be rewound.</summary>
internal sealed class PeekedStream : Stream
{
    private readonly Stream stream;
    private readonly byte[] first;
    private int again;

    public PeekedStream(Stream stream, int count)
    {
        this.stream = stream;
        first = new byte[count];
        Array.Resize(ref first, stream.ReadAtLeast(first, count, throwOnEndOfStream: false));
    }

    public bool StartsWith(ReadOnlySpan<byte> bytes) => first.AsSpan().StartsWith(bytes);

    public override int Read(Span<byte> buffer)
    {
        if (again == first.Length) return stream.Read(buffer);
        var count = Math.Min(buffer.Length, first.Length - again);
        first.AsSpan(again, count).CopyTo(buffer);
        again += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    protected override void Dispose(bool disposing)
    {
        if (disposing) stream.Dispose();
        base.Dispose(disposing);
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
