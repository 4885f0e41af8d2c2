namespace Dlgs.Streams.Kafka;

/// <summary>How a lane's transaction ended.</summary>
internal enum TransactionOutcome
{
    Committed,
    /// <summary>Nothing of it was committed, and its producer can go on.</summary>
    Aborted,
    /// <summary>Its end was never asked for, and it could not be aborted: nothing of it was committed, and its producer is replaced.</summary>
    Abandoned,
    /// <summary>Its end was asked for, and no answer came: the store's log will say.</summary>
    Undecided,
}
