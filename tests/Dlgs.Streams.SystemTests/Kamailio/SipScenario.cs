using System.Globalization;
using System.Text;

namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>
/// What one side of a call does, for sipp: a line as "> INVITE  &lt; 200  > ACK". What it sends has a &gt; before it, what it waits for a &lt;, "wait 500" are
/// milliseconds, and any other word is written into the log with the Call-ID and sipp's clock.
/// </summary>
internal abstract class SipScenario
{
    private readonly StringBuilder xml = new();

    /// <summary>The scenario as sipp reads it.</summary>
    protected string Write(string steps)
    {
        xml.AppendLine("""<?xml version="1.0" encoding="ISO-8859-1"?><scenario name="call">""");
        var words = steps.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] == ">") Send(words[++i]);
            else if (words[i] == "<") Receive(words[++i]);
            else if (words[i] == "wait") Line($"""<pause milliseconds="{words[++i]}"/>""");
            else Line($"""<nop><action><log message="{words[i]} [call_id] [clock_tick]"/></action></nop>""");
        }
        return xml.AppendLine("</scenario>").ToString();
    }

    protected static bool IsStatus(string step) => int.TryParse(step, CultureInfo.InvariantCulture, out _);

    protected void Line(string line) => xml.AppendLine(line);

    /// <summary>What is sent again until an answer comes says so.</summary>
    protected void Message(string text, bool isRepeated = false) =>
        Line($"""<send{(isRepeated ? " retrans=\"500\"" : "")}><![CDATA[{"\n\n"}{text.TrimEnd()}{"\n\n"}]]></send>""");

    protected abstract void Send(string step);

    protected abstract void Receive(string step);
}
