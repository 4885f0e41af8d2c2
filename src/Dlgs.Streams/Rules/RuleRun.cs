using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Rules;

/// <summary>
/// Puts the attributes on messages that the rules say. One a thread: it has buffers of its own, into which the spans of a message then
/// point until the next one. Nothing is allocated, nothing throws, and the time is linear in the bytes.
/// </summary>
internal sealed class RuleRun
{
    /// <summary>The rule of an attribute that none gave.</summary>
    public const int NoRule = -1;

    /// <summary>A header field may have so much beside what is taken of it: a display name, parameters.</summary>
    private const int LineForText = 4;

    private readonly AttributeRules rules;
    private readonly FieldLimits limits;
    private readonly HeaderLines headers;
    private readonly bool readsReplies;
    private readonly byte[] src, dst, data, tagText;
    private readonly Range[] tags = new Range[Bounds.Tags];
    private readonly int[] tagRules = new int[Bounds.Tags];
    private int tagCount;

    public RuleRun(AttributeRules rules, FieldLimits? limits = null)
    {
        (this.rules, this.limits) = (rules, limits ?? new FieldLimits());
        headers = new HeaderLines(rules.Headers);
        readsReplies = rules.All.Any(each => each.Rule.ReadsReplies);
        (src, dst, data) = (new byte[this.limits.Text], new byte[this.limits.Text], new byte[this.limits.Text]);
        // With room for one that has no place any more.
        tagText = new byte[this.limits.Tag * (Bounds.Tags + 1)];
        Counts = new RuleCounts(rules);
    }

    public RuleCounts Counts { get; }

    /// <summary>Which rule gave the last message its src.</summary>
    public int SrcRule { get; private set; }

    public int DstRule { get; private set; }

    public int DataRule { get; private set; }

    /// <summary>Which rules gave the last message its tags.</summary>
    public ReadOnlySpan<int> TagRules => tagRules.AsSpan(0, tagCount);

    /// <summary>An INVITE that begins a call: it says most of it, and alone has tags.</summary>
    public static bool Begins(in SipMessage message) => message is { Method: SipMethod.Invite, IsRequest: true, ToTag.IsEmpty: true };

    /// <summary>
    /// Attributes come from the INVITE that begins a call. Replies to it say again what it said in From and To, for a call whose INVITE was missed:
    /// it has to be counted under the same. A request inside a dialog says nothing: there From may be the callee.
    /// </summary>
    /// <param name="text">The whole message.</param>
    /// <param name="origin">Where it came from.</param>
    /// <param name="message">What was read of it.</param>
    public void Apply(scoped ReadOnlySpan<byte> text, scoped MessageOrigin origin, scoped ref SipMessage message)
    {
        (SrcRule, DstRule, DataRule, tagCount) = (NoRule, NoRule, NoRule, 0);
        var begins = Begins(message);
        if (!begins && (message.IsRequest || message.Method != SipMethod.Invite)) return;
        var start = StartLine(text, out var requestUri);
        if (begins ? rules.Headers.Count > 0 : readsReplies) headers.Read(text, start);
        else headers.Clear();
        var subject = new RuleSubject(text, begins ? origin : origin.OfRequest(), headers, rules)
        {
            FromUri = message.FromUri, ToUri = message.ToUri, RequestUri = begins ? requestUri : default, MaxLine = limits.Text * LineForText,
        };
        SrcRule = Write(rules.Src, subject, begins, src, out var length);
        message.HasSrc = SrcRule != NoRule;
        message.Src = src.AsSpan(0, length);
        DstRule = Write(rules.Dst, subject, begins, dst, out length);
        message.HasDst = DstRule != NoRule;
        message.Dst = dst.AsSpan(0, length);
        DataRule = Write(rules.Data, subject, begins, data, out length);
        message.HasData = DataRule != NoRule;
        message.Data = data.AsSpan(0, length);
        if (!begins) return;
        WriteTags(subject);
        message.TagText = tagText;
        message.Tags = tags.AsSpan(0, tagCount);
        Count();
    }

    /// <summary>Where the header begins, and the URI of a request.</summary>
    private static int StartLine(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> uri)
    {
        var rest = text.TrimStart("\r\n"u8);
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        SipText.TakeWord(ref line);
        uri = SipText.TakeWord(ref line);
        return end < 0 ? text.Length : text.Length - rest.Length + end + 1;
    }

    /// <summary>The first rule that gives something, and how many bytes that are in the buffer.</summary>
    private int Write(Rule[] from, in RuleSubject subject, bool begins, byte[] buffer, out int length)
    {
        for (var rule = 0; rule < from.Length; rule++)
            if ((begins || from[rule].IsInReplies) && TryWrite(from[rule], subject, buffer, out length)) return rule;
        length = 0;
        return NoRule;
    }

    private bool TryWrite(Rule rule, in RuleSubject subject, Span<byte> buffer, out int length)
    {
        length = 0;
        if (!rule.IsFor(subject.Origin)) return false;
        var text = new AttributeText(buffer);
        foreach (var piece in rule.Pieces)
        {
            var isThere = subject.TryWrite(piece, ref text);
            if (text.IsTooLong) Counts.AddTooLong();
            if (text.IsTooLong || !isThere) return false;
        }
        length = text.Length;
        return true;
    }

    private void WriteTags(in RuleSubject subject)
    {
        var start = 0;
        for (var rule = 0; rule < rules.Tags.Length; rule++)
        {
            if (!TryWrite(rules.Tags[rule], subject, tagText.AsSpan(start, limits.Tag), out var length)
                || IsThere(tagText.AsSpan(start, length))) continue;
            if (tagCount == tags.Length)
            {
                Counts.AddTagLeftOut();
                continue;
            }
            (tags[tagCount], tagRules[tagCount]) = (start..(start + length), rule);
            tagCount++;
            start += length;
        }
    }

    private bool IsThere(ReadOnlySpan<byte> tag)
    {
        foreach (var range in tags.AsSpan(0, tagCount))
            if (tag.SequenceEqual(tagText.AsSpan()[range])) return true;
        return false;
    }

    private void Count()
    {
        Counts.AddInvite();
        if (SrcRule >= 0) Counts.AddSrc(SrcRule);
        if (DstRule >= 0) Counts.AddDst(DstRule);
        if (DataRule >= 0) Counts.AddData(DataRule);
        foreach (var rule in TagRules) Counts.AddTag(rule);
    }
}
