using CsCheck;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Tests.Stores;

/// <summary>What a Call knows, its record knows: a fact that the codec forgot would be forgotten live and on restore alike, so no other law sees it.</summary>
public sealed class CodecLaws
{
    /// <summary>At tiny bounds too: only then is something kept of CSeqs that were dropped.</summary>
    [Theory]
    [MemberData(nameof(TinyBounds.All), MemberType = typeof(TinyBounds))]
    public void Decoded_record_has_every_fact_of_the_call(int bounds) =>
        Generators.Call.Sample(messages =>
        {
            var (call, decoded, codec) = (new Call(TinyBounds.Of(bounds)), new Call(Bounds.Default), new CallCodec());
            call.Clear();
            call.CallId = "call"u8;
            foreach (var message in messages) message.MergeInto(call, new LogTime(message.Time * 1000 + 7));
            call.Reports.Add(new Report
            {
                FromTag = call.Texts.Intern("a"u8), SinceCSeq = 2, UpToCSeq = 3, Sequence = 4,
                State = DialogState.NotAnswered, Reason = EndReason.Rejected, Status = 486, EndedBy = Party.Callee,
                At = new LogTime(5), Settled = true, Revision = 6, SettledAt = new LogTime(7), Adopted = true,
            });
            CallCodec.Decode(codec.Encode(call, new LogTime(99)), decoded, out var deadline);
            Assert.Equal(new LogTime(99), deadline);
            Assert.Equal(Print(call), Print(decoded));
        }, iter: 2_000);

    private static string Print(Call call)
    {
        string Text(TextId text) => text.IsNone ? "none" : Convert.ToHexString(call.Texts[text]);
        string Attribute(AttributeFact a) => $"{Text(a.Text)}/{a.Rank}/{a.Vias}/{a.Time}";
        var lines = new List<string> { $"{Convert.ToHexString(call.CallId)} {call.First} {call.LastNews} {call.Overflow}" };
        foreach (var r in call.Invites.Span)
        {
            lines.Add($"invite {Text(r.FromTag)} {r.CSeq} {r.Named} {r.IsAside} {r.IsTrimmed} "
                + $"{r.Attempt} {Attribute(r.Src)} {Attribute(r.Dst)} {Attribute(r.Data)}");
            lines.Add($"traffic {r.HasTraffic} {Text(r.Inside)} {r.Rang} {r.Ringing} {r.Cancelled} "
                + $"{Text(r.AnsweredBy)} {Attribute(r.LaterSrc)} {Attribute(r.LaterDst)} {Attribute(r.LaterData)}");
        }
        foreach (var r in call.Branches.Span)
            lines.Add($"branch {Text(r.FromTag)} {r.CSeq} {Text(r.Branch)} {r.Known} {r.First} {Text(r.Parent)} {r.Closed} {r.Status} {r.Cancelled}");
        foreach (var r in call.Answers.Span) lines.Add($"answer {Text(r.FromTag)} {Text(r.ToTag)} {r.CSeq} {r.At} {r.SessionExpires}");
        foreach (var r in call.Pairs.Span)
            lines.Add($"pair {Text(r.FromTag)} {Text(r.ToTag)} {r.HungUp} {r.Gone} {r.Refreshed} {r.RefreshCSeq} {r.SessionExpires}");
        foreach (var r in call.Acks.Span) lines.Add($"ack {Text(r.FromTag)} {Text(r.ToTag)} {r.CSeq} {Text(r.Branch)} {r.Seen}");
        foreach (var r in call.Dropped.Span) lines.Add($"dropped {Text(r.FromTag)} {r.First} {r.Rang}");
        foreach (var r in call.Closes.Span) lines.Add($"close {Text(r.FromTag)} {r.SinceCSeq} {r.At} {Text(r.ClosedBy)}");
        foreach (var r in call.Tags.Span) lines.Add($"tag {Text(r.Tag)} {r.Scope} {Text(r.FromTag)} {r.Number} {r.Removed} {r.At}");
        foreach (var r in call.Reports.Span)
            lines.Add($"report {Text(r.FromTag)} {r.SinceCSeq} {r.UpToCSeq} {r.Sequence} {r.State} "
                + $"{r.Reason} {r.Status} {r.EndedBy} {r.At} {r.Settled} {r.Revision} {r.SettledAt} {r.Adopted}");
        return string.Join('\n', lines);
    }
}
