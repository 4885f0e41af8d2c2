namespace Dlgs.Streams.Tests.Hep;

/// <summary>Gives what it has in pieces, as a socket or a pipe does, and counts them.</summary>
internal sealed class PiecemealStream(byte[] bytes, int most) : MemoryStream(bytes)
{
    private readonly Random random = new(most);

    public int Reads { get; private set; }

    public override bool CanSeek => false;

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Piece(buffer.Length)]);

    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Piece(count));

    private int Piece(int count)
    {
        Reads++;
        return most > count ? count : random.Next(1, most + 1);
    }
}
