namespace Dlgs.Streams.Client;

/// <summary>What it does to ask a question twice.</summary>
internal enum Repetition
{
    /// <summary>Nothing: it reads.</summary>
    Reads,
    /// <summary>The same as once, if nobody did the opposite meanwhile: a tag. So not where the first one may be under way still.</summary>
    DoesTheSame,
    /// <summary>It has another answer: what the first one has closed is not there for the second.</summary>
    DoesMore,
}

/// <summary>After which failures a question may be asked again.</summary>
internal static class Repetitions
{
    public static bool MayFollow(this Repetition repetition, AttemptFailure failure) =>
        failure.IsUnsent
        || failure.IsUnavailable && repetition is not Repetition.DoesMore
        || failure.IsOfConnection && repetition is Repetition.Reads;
}
