namespace Dlgs.Streams.Core.Dialogs;

/// <summary>The states of dlgs. The numbers are those of the protocol (dialog_change.proto).</summary>
public enum DialogState : byte
{
    /// <summary>No state: what a dialog's first change comes from.</summary>
    None = 0,
    /// <summary>The caller's INVITE is out, nobody has replied.</summary>
    Init = 1,
    /// <summary>A provisional reply came.</summary>
    Progress = 2,
    /// <summary>A 2xx came, its ACK has not been seen.</summary>
    Answered = 3,
    /// <summary>The 2xx was acknowledged.</summary>
    Confirmed = 4,
    /// <summary>Answered and over.</summary>
    Terminated = 5,
    /// <summary>Over without an answer.</summary>
    NotAnswered = 6,
}

/// <summary>Why a finished dialog finished.</summary>
public enum EndReason : byte
{
    /// <summary>Not finished.</summary>
    None = 0,
    /// <summary>A BYE.</summary>
    Bye = 1,
    /// <summary>The other end knew the dialog no more (481).</summary>
    Gone = 2,
    /// <summary>The caller gave up.</summary>
    Cancelled = 3,
    /// <summary>A final failure.</summary>
    Rejected = 4,
    /// <summary>A lifetime passed.</summary>
    Expired = 5,
    /// <summary>Later evidence showed that this was no dialog of its own.</summary>
    Superseded = 6,
    /// <summary>An operator closed it.</summary>
    Closed = 7,
}

/// <summary>Who hung up.</summary>
public enum Party : byte
{
    /// <summary>Nobody, or the tags do not tell.</summary>
    None = 0,
    /// <summary>The caller.</summary>
    Caller = 1,
    /// <summary>The callee.</summary>
    Callee = 2,
}

/// <summary>Which lifetime an expired dialog outlived.</summary>
public enum Lifetime : byte
{
    /// <summary>None passed.</summary>
    None = 0,
    /// <summary>init_lifetime.</summary>
    Init = 1,
    /// <summary>active_lifetime.</summary>
    Active = 2,
    /// <summary>The negotiated session timer (RFC 4028).</summary>
    Session = 3,
}

/// <summary>Questions about a state.</summary>
public static class DialogStates
{
    /// <summary>The states by dlgs' names: the ongoing ones first, as a dialog goes through them.</summary>
    public static NameTable<DialogState> Names { get; } = new(Enum.GetValues<DialogState>().Where(state => state != DialogState.None), Name);

    /// <summary>dlgs' name of a state.</summary>
    public static string Name(this DialogState state) => state switch
    {
        DialogState.None => "none",
        DialogState.Init => "init",
        DialogState.Progress => "progress",
        DialogState.Answered => "answered",
        DialogState.Confirmed => "confirmed",
        DialogState.Terminated => "terminated",
        DialogState.NotAnswered => "notanswered",
    };

    /// <summary>A state by dlgs' name, as people write it: not_answered too. False: it is none.</summary>
    public static bool TryParse(string name, out DialogState state) => Names.TryParse(name.Replace("_", "", StringComparison.Ordinal), out state);

    /// <summary>Init, Progress, Answered or Confirmed: what counts cover.</summary>
    public static bool IsOngoing(this DialogState state) => state is >= DialogState.Init and <= DialogState.Confirmed;
    /// <summary>Terminated or NotAnswered.</summary>
    public static bool IsFinished(this DialogState state) => state is DialogState.Terminated or DialogState.NotAnswered;
}
