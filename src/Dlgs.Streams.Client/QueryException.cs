namespace Dlgs.Streams.Client;

/// <summary>
/// A question that got no answer. The kinds below say what the caller can do about it; the message says what happened, in a sentence, and with several
/// instances a sentence for each that was asked.
/// </summary>
public abstract class QueryException(string message, Exception? cause) : Exception(message, cause)
{
    private string? told;

    /// <summary>What happened.</summary>
    public override string Message => told ?? base.Message;

    /// <summary>Who said so, or who is not there; null: nobody was asked.</summary>
    public Uri? Instance { get; internal set; }

    /// <summary>Whether it is about the instance, and its own words do not name it.</summary>
    private bool NeedsInstance => this is NotReadyException or PartitionsMissingException or OverloadedException or TimedOutException
        or UnauthenticatedException or PermissionDeniedException or NotDoneException;

    /// <summary>The message says what several instances said.</summary>
    internal void Tell(IEnumerable<QueryException> all) =>
        told = string.Join(' ', all.Select(e => e.NeedsInstance && e.Instance is { } at ? $"{at.GetLeftPart(UriPartial.Authority)}: {e.Message}" : e.Message));
}

/// <summary>A field of the request is not what it may be. To be mended: the same request is refused again.</summary>
public sealed class ArgumentRefusedException(string ofField, string allowed, string message, Exception cause) : QueryException(message, cause)
{
    /// <summary>The field, as it is called in dialog_query.proto: filters[0].value. Empty: the request as a whole.</summary>
    public string Field => ofField;

    /// <summary>What is allowed there.</summary>
    public string Allowed => allowed;
}

/// <summary>A partition that has to answer does not: all were demanded, or none is there. To be asked again, or of another instance.</summary>
public sealed class PartitionsMissingException(IReadOnlyList<int> partitions, string message, Exception cause) : QueryException(message, cause)
{
    /// <summary>Those that were asked and did not answer.</summary>
    public IReadOnlyList<int> Partitions => partitions;
}

/// <summary>The instance answers nothing at the moment: it starts, or lost touch with its brokers. To be asked again, or of another instance.</summary>
public sealed class NotReadyException(string message, Exception cause) : QueryException(message, cause);

/// <summary>A limit of the instance was reached; the message names it. To be asked later, or by eq.</summary>
public sealed class OverloadedException(string? ofField, string message, Exception cause) : QueryException(message, cause)
{
    /// <summary>The filter that takes too long, which it will do again; null: too many questions are under way.</summary>
    public string? Field => ofField;
}

/// <summary>The deadline passed, or the instance's own (query_time). The message names the partition that was waited for, where it was one.</summary>
public sealed class TimedOutException(string message, Exception cause) : QueryException(message, cause);

/// <summary>Changes after the position were deleted, or may have been: to be begun with a list, and followed from its position.</summary>
public sealed class ChangesDeletedException(string message, Exception cause) : QueryException(message, cause);

/// <summary>A tag or a close names no dialog that is ongoing; the message says why. One that is closed already is not.</summary>
public sealed class DialogNotFoundException(string message, Exception cause) : QueryException(message, cause);

/// <summary>A dialog does not take the tag, or goes on after its close; the message says why. To ask again changes nothing.</summary>
public sealed class NotTakenException(string message, Exception cause) : QueryException(message, cause);

/// <summary>Nobody was there to ask, or somebody else.</summary>
public sealed class UnreachableException(UnreachableCause why, string message, Exception cause) : QueryException(message, cause)
{
    /// <summary>What is at the address.</summary>
    public UnreachableCause Why => why;
}

/// <summary>The service does not know who asks: there is no certificate or token, or it does not take it. The message says why.</summary>
public sealed class UnauthenticatedException(string message, Exception? cause) : QueryException(message, cause);

/// <summary>The service knows who asks, and does not let it do that; the message names the role that it lacks.</summary>
public sealed class PermissionDeniedException(string message, Exception cause) : QueryException(message, cause);

/// <summary>The instance did not do it: it failed, which is in its log.</summary>
public sealed class NotDoneException(string message, Exception cause) : QueryException(message, cause);

/// <summary>What is at an address where the service does not answer.</summary>
public enum UnreachableCause
{
    /// <summary>Nobody answers there, or not any more.</summary>
    NothingAnswers,
    /// <summary>The host's name is not known.</summary>
    UnknownHost,
    /// <summary>TLS, and plain text was spoken: https:// is right.</summary>
    SpeaksTls,
    /// <summary>Plain text, and TLS was spoken: http:// is right.</summary>
    SpeaksPlainText,
    /// <summary>TLS with a certificate that is not trusted.</summary>
    UntrustedCertificate,
    /// <summary>Something else: a web server, a broker, another gRPC service.</summary>
    AnotherService,
    /// <summary>TLS with a certificate that is trusted, and is not for this host.</summary>
    OthersCertificate,
    /// <summary>It lets nobody in without a certificate of its own, and there is none.</summary>
    WantsCertificate,
    /// <summary>It does not let our certificate in.</summary>
    RefusesCertificate,
}
