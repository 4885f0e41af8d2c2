namespace Dlgs.Streams.Terminal;

/// <summary>Nothing can be written any more. It is no IOException, or it would be taken for one about what a command reads.</summary>
internal sealed class OutputFailure(bool readerHasLeft, Exception cause) : Exception(cause.Message, cause)
{
    /// <summary>Who reads has seen enough (`| head`): that is no failure of the command.</summary>
    public bool ReaderHasLeft => readerHasLeft;
}
