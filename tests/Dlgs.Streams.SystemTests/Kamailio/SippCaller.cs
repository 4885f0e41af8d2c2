namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>The caller's side: [caller] is its name, [callee] the URI that it calls.</summary>
internal sealed class SippCaller : SipScenario
{
    private int cseq;
    private bool isRejected, isAnswered;

    public static string Scenario(string steps) => new SippCaller().Write(steps);

    protected override void Send(string step)
    {
        if (IsStatus(step)) Message(Reply(step));
        else if (step is "ACK" or "CANCEL") Message(Request(step, ownVia: step == "ACK" && !isRejected));
        else Message(NextRequest(step), isRepeated: true);
    }

    protected override void Receive(string step)
    {
        if (!IsStatus(step))
        {
            Line($"""<recv request="{step}"/>""");
            return;
        }
        Line("""<recv response="100" optional="true"/>""");
        if (step != "180") Line("""<recv response="180" optional="true"/>""");
        // That to CANCEL; it may also come after the 487.
        if (step == "487") Line("""<recv response="200" optional="true"/>""");
        Line($"""<recv response="{step}"{(isAnswered ? "" : " rrs=\"true\"")}/>""");
        isRejected = step[0] > '2';
        isAnswered |= step == "200";
    }

    private string NextRequest(string method)
    {
        cseq++;
        return Request(method, ownVia: true);
    }

    private string Request(string method, bool ownVia) => $"""
        {method} {(isAnswered ? "[next_url]" : "[callee]")} SIP/2.0
        {(ownVia ? "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]" : "[last_Via:]")}
        {(isAnswered ? "[routes]\n" : "")}From: <sip:[caller]@example.com>;tag=[pid]-[call_number]
        To: <sip:[called]@example.com>{(isAnswered || method == "ACK" ? "[peer_tag_param]" : "")}
        Call-ID: [call_id]
        CSeq: {cseq} {method}
        Contact: <sip:[caller]@[local_ip]:[local_port]>
        Max-Forwards: 70
        Content-Length: 0
        """;

    private static string Reply(string status) => $"""
        SIP/2.0 {status} OK
        [last_Via:]
        [last_From:]
        [last_To:]
        [last_Call-ID:]
        [last_CSeq:]
        Content-Length: 0
        """;
}
