namespace Dlgs.Streams.Client;

/// <summary>
/// What files say that are replaced while they are in use, as secrets are: looked at when somebody asks, once a second at most. What cannot be used
/// leaves what was there. Texts are compared, not times: a link, as Kubernetes makes it, keeps its own. Thread-safe.
/// </summary>
internal sealed class Reread<T>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<string> files;
    private readonly Func<IReadOnlyList<string>, T> parse;
    private readonly TimeProvider time;
    private readonly Lock reading = new();
    private string[] texts;
    private T current;
    private long lookedAt;

    /// <param name="files">In the order in which their texts are parsed.</param>
    /// <param name="parse">Throws an ArgumentException where they say nothing of use. So does this, the first time.</param>
    /// <param name="time">Null: the machine's.</param>
    public Reread(IReadOnlyList<string> files, Func<IReadOnlyList<string>, T> parse, TimeProvider? time = null)
    {
        (this.files, this.parse, this.time) = (files, parse, time ?? TimeProvider.System);
        lookedAt = this.time.GetTimestamp();
        texts = Read();
        current = parse(texts);
    }

    public T Current
    {
        get
        {
            lock (reading)
            {
                if (files.Count == 0 || time.GetElapsedTime(lookedAt) < Pause) return current;
                lookedAt = time.GetTimestamp();
                try
                {
                    var now = Read();
                    if (!now.SequenceEqual(texts)) (current, texts) = (parse(now), now);
                }
                catch (ArgumentException)
                {
                    // Half of it is written: the next look finds the rest.
                }
                return current;
            }
        }
    }

    private string[] Read() => [.. files.Select(ReadText)];

    private static string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ArgumentException($"'{file}' cannot be read: {e.Message}", e);
        }
    }
}
