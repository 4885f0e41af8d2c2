using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Stores;

/// <summary>The texts of a record: each once, and only those that a row still names.</summary>
internal sealed partial class CallCodec
{
    /// <summary>By a text's number in the scratch, its number in the record.</summary>
    private int[] renumbered = new int[64];

    /// <summary>Writes the texts that a row still names, and gives them their numbers in the record.</summary>
    private void WriteTexts(Call call)
    {
        if (renumbered.Length < call.Texts.Count) renumbered = new int[call.Texts.Count * 2];
        var used = renumbered.AsSpan(0, call.Texts.Count);
        used.Clear();
        foreach (ref var row in call.Invites.Span)
        {
            Use(row.FromTag, row.AnsweredBy, row.Inside);
            Use(row.Src.Text, row.Dst.Text, row.Data.Text);
            Use(row.LaterSrc.Text, row.LaterDst.Text, row.LaterData.Text);
        }
        foreach (ref var row in call.Branches.Span) Use(row.FromTag, row.Branch, row.Parent);
        foreach (ref var row in call.Pairs.Span) Use(row.FromTag, row.ToTag);
        foreach (ref var row in call.Acks.Span) Use(row.FromTag, row.ToTag, row.Branch);
        foreach (ref var row in call.Tags.Span) Use(row.FromTag, row.Tag);
        foreach (ref var row in call.Dropped.Span) Use(row.FromTag);
        foreach (ref var row in call.Reports.Span) Use(row.FromTag);
        foreach (ref var row in call.Closes.Span) Use(row.FromTag, row.ClosedBy);
        foreach (ref var row in call.Answers.Span) Use(row.FromTag, row.ToTag);
        var next = used[0] = 0;
        for (var text = 1; text < used.Length; text++)
        {
            if (used[text] == 0) continue;
            used[text] = ++next;
            writer.Bytes(3, call.Texts[new TextId(text)]);
        }
    }

    private void Use(params ReadOnlySpan<TextId> texts)
    {
        foreach (var text in texts)
            if (!text.IsNone) renumbered[text.Number] = 1;
    }

    private void Text(int field, TextId text) => writer.UInt(field, (ulong)renumbered[text.Number]);

    /// <summary>One that may be none: its number is one higher.</summary>
    private void OptionalText(int field, TextId text) => writer.UInt(field, text.IsNone ? 0 : (ulong)renumbered[text.Number] + 1);
}
