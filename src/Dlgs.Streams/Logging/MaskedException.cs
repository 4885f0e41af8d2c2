namespace Dlgs.Streams.Logging;

/// <summary>An exception as the log shows it. Where the code was helps who mends it, at debug level; at the others people read what happened.</summary>
internal sealed class MaskedException(Mask mask, Exception exception, LogLevel level)
    : Exception(mask.Text(level <= LogLevel.Debug ? exception.ToString() : $"{exception.GetType().Name}: {exception.Message}"))
{
    public override string ToString() => Message;
}
