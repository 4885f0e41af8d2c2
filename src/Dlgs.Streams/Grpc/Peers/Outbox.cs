namespace Dlgs.Streams.Grpc.Peers;

/// <summary>
/// What any thread sends through a stream that takes one message at a time. Whoever finds nobody writing writes; what is added meanwhile goes together with
/// the next message, so that under load a message carries many.
/// </summary>
/// <param name="write">Writes some, and throws where that is not possible; then no more is written.</param>
internal sealed class Outbox<T>(Func<IReadOnlyList<T>, Task> write)
{
    private readonly Lock changing = new();
    private List<T> waiting = [];
    private bool isWriting;

    /// <summary>How many are to be written after those that are being written.</summary>
    public int Count
    {
        get
        {
            lock (changing) return waiting.Count;
        }
    }

    /// <summary>Adds without writing.</summary>
    public void Add(T item)
    {
        lock (changing) waiting.Add(item);
    }

    /// <summary>Writes what was added, or leaves it to whoever writes already.</summary>
    public void Send()
    {
        lock (changing)
        {
            if (isWriting || waiting.Count == 0) return;
            isWriting = true;
        }
        _ = WriteAllAsync();
    }

    /// <summary>A write that fails leaves it writing for ever: the stream's reader says why.</summary>
    private async Task WriteAllAsync()
    {
        while (TakeAll() is { } some) await write(some);
    }

    private List<T>? TakeAll()
    {
        lock (changing)
        {
            isWriting = waiting.Count > 0;
            if (!isWriting) return null;
            var all = waiting;
            waiting = [];
            return all;
        }
    }
}
