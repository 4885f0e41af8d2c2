using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>A kind of call: what its sides do, and what has to become of it.</summary>
/// <param name="Name">The user of its From and To.</param>
/// <param name="Caller">The caller's steps.</param>
/// <param name="Callee">Those of the callee, who is asked for no credentials.</param>
/// <param name="Status">The final answer.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="EndedBy">Who said BYE, if anybody.</param>
internal sealed record CallKind(string Name, string Caller, string Callee, int Status, EndReason Reason, Party EndedBy = Party.Unspecified)
{
    private const string Rings = "< INVITE  > 180  < CANCEL  > 200  > 487  < ACK";

    /// <summary>What a callee does first that asks for credentials.</summary>
    public const string Challenge = "< INVITE  > 407  < ACK  ";

    public static readonly CallKind[] All =
    [
        new("caller-hangs-up", "> INVITE  < 200  up  > ACK  wait 2000  down  > BYE  < 200", "< INVITE  > 180  wait 300  > 200  < ACK  < BYE  > 200",
            200, EndReason.Bye, Party.Caller),
        new("callee-hangs-up", "> INVITE  < 200  up  > ACK  < BYE  down  > 200", "< INVITE  > 180  wait 300  > 200  < ACK  wait 4000  > BYE  < 200",
            200, EndReason.Bye, Party.Callee),
        new("busy", "> INVITE  < 486  > ACK  over", "< INVITE  > 486  < ACK", 486, EndReason.Rejected),
        new("cancelled", "> INVITE  < 180  wait 500  > CANCEL  < 487  > ACK  over", Rings, 487, EndReason.Cancelled),
        new("forked", "> INVITE  < 200  up  > ACK  wait 3000  down  > BYE  < 200", "< INVITE  > 180  wait 300  > 200  < ACK  < BYE  > 200",
            200, EndReason.Bye, Party.Caller) { Second = Rings },
        new("re-invited", "> INVITE  < 200  up  > ACK  wait 1000  > INVITE  < 200  > ACK  wait 1500  down  > BYE  < 200",
            "< INVITE  > 180  wait 300  > 200  < ACK  < INVITE  > 200  < ACK  < BYE  > 200", 200, EndReason.Bye, Party.Caller),
        // Lost before it came to the proxy: nobody there saw that anybody hung up.
        new("bye-lost", "> INVITE  < 200  up  > ACK", "< INVITE  > 180  wait 300  > 200  < ACK", 200, EndReason.Expired),
    ];

    /// <summary>Steps of a second callee that is called at the same time, and does not win.</summary>
    public string? Second { get; init; }

    public bool IsAnswered => Status == 200;

    public DialogState State => IsAnswered ? DialogState.Terminated : DialogState.NotAnswered;

    public override string ToString() => Name;
}
