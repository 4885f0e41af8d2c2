namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>The callee's side.</summary>
internal sealed class SippCallee : SipScenario
{
    private const string Header = "[^[:cntrl:]]+";

    private bool isAnswered, isEstablished;
    private bool isCancelled;

    public static string Scenario(string steps) => new SippCallee { HangsUp = steps.Contains("> BYE", StringComparison.Ordinal) }.Write(steps);

    private bool HangsUp { get; init; }

    protected override void Send(string step)
    {
        if (!IsStatus(step))
        {
            Message(Hangup(step), isRepeated: true);
            return;
        }
        // After a CANCEL its 200 comes first, then what the INVITE gets.
        var toInvite = !isCancelled || step != "200";
        Message(Reply(step, toInvite), isRepeated: toInvite && step[0] > '1' && !isEstablished);
        isAnswered |= step == "200" && toInvite;
    }

    protected override void Receive(string step)
    {
        isCancelled |= step == "CANCEL";
        isEstablished |= isAnswered && step == "ACK";
        if (IsStatus(step)) Line($"""<recv response="{step}"/>""");
        else if (step == "INVITE" && !isAnswered) Line($"""<recv request="INVITE" rrs="true"><action>{Kept}</action></recv>""");
        else if (step == "ACK" && isAnswered && HangsUp) Line($"""<recv request="ACK"><action>{Parties}</action></recv>""");
        else Line($"""<recv request="{step}"/>""");
    }

    /// <summary>An INVITE's final answer may follow a CANCEL, which has another CSeq, and one Via.</summary>
    private static string Kept => $"""
        <ereg regexp="Via: {Header}([[:cntrl:]]+Via: {Header})*" search_in="msg" check_it="true" assign_to="vias"/>
        <ereg regexp="{Header}" search_in="hdr" header="CSeq:" check_it="true" assign_to="cseq"/>
        """;

    private static string Parties => $"""
        <ereg regexp="{Header}" search_in="hdr" header="To:" check_it="true" assign_to="me"/>
        <ereg regexp="{Header}" search_in="hdr" header="From:" check_it="true" assign_to="peer"/>
        """;

    private string Reply(string status, bool toInvite) => $"""
        SIP/2.0 {status} {(status == "407" ? "Proxy Authentication Required" : "Whatever")}
        {(toInvite && !isEstablished ? "[$vias]" : "[last_Via:]")}
        [last_Record-Route:]
        [last_From:]
        [last_To:]{(isEstablished ? "" : ";tag=[pid]-[call_number]")}
        [last_Call-ID:]
        {(toInvite && !isEstablished ? "CSeq:[$cseq]" : "[last_CSeq:]")}
        {(status == "407" ? "Proxy-Authenticate: Digest realm=\"example.com\", nonce=\"n\"\n" : "")}Contact: <sip:callee@[local_ip]:[local_port]>
        Content-Length: 0
        """;

    private static string Hangup(string method) => $"""
        {method} [next_url] SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        [routes]
        From:[$me]
        To:[$peer]
        Call-ID: [call_id]
        CSeq: 1 {method}
        Max-Forwards: 70
        Content-Length: 0
        """;
}
