using CsCheck;
using CallRecord = Dlgs.Streams.Contracts.V1.CallRecord;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;
using Google.Protobuf;

namespace Dlgs.Streams.Core.Tests.Stores;

/// <summary>The store's laws: what was undone never happened, what was restored is what was live, and a sweep carries no meaning.</summary>
public sealed class StoreLaws
{
    [Fact]
    public void Undo_equals_never() =>
        Gen.Select(Generators.Log, Generators.Log, Generators.Log).Sample(
            (before, undone, after) =>
            {
                var (store, never) = (NewStore(), NewStore());
                _ = LogFold.Changes(store, before).Count();
                _ = LogFold.Changes(never, before).Count();
                for (var i = 0; i < undone.Length; i++) LogFold.Step(store, undone[i], 100 + i);
                store.Rollback();
                Assert.Equal(Printed.Of(never), Printed.Of(store));
                Assert.Equal(Print(LogFold.Changes(never, after, 200)), Print(LogFold.Changes(store, after, 200)));
                Assert.Equal(Printed.Of(never), Printed.Of(store));
            }, iter: 1_000);

    [Fact]
    public void Restore_equals_live() =>
        Gen.Select(Generators.Log, Generators.Log).Sample(
            (before, after) =>
            {
                var live = NewStore();
                var changelog = new List<(byte[] CallId, byte[]? Record)>();
                for (var i = 0; i < before.Length; i++)
                {
                    LogFold.Step(live, before[i], i);
                    if (i % 3 != 0 && i != before.Length - 1) continue;
                    changelog.AddRange(live.Touched.Select(t => (t.CallId.ToArray(), t.Record)));
                    live.Commit();
                }
                var restored = NewStore();
                foreach (var (callId, record) in changelog) restored.Restore(callId, record);
                restored.RestoreLogTime(live.LogTime);
                Assert.Equal(Printed.Of(live), Printed.Of(restored));
                Assert.Equal(Print(LogFold.Changes(live, after, 200)), Print(LogFold.Changes(restored, after, 200)));
                Assert.Equal(Printed.Of(live), Printed.Of(restored));
            }, iter: 1_000);

    /// <summary>What is kept as it changes is what the records say, also after an undo.</summary>
    [Fact]
    public void Sizes_are_those_of_the_records() =>
        Gen.Select(Generators.Log, Generators.Log).Sample(
            (before, undone) =>
            {
                var (store, call) = (new DialogStore(0, new Lifetimes(), TinyBounds.Of(1)), new Call(TinyBounds.Of(1)));
                _ = LogFold.Changes(store, before).Count();
                for (var i = 0; i < undone.Length; i++) LogFold.Step(store, undone[i], 100 + i);
                Check();
                store.Rollback();
                Check();

                void Check()
                {
                    var records = Enumerable.Range(0, store.Calls.End).Select(slot => store.Calls.Slots[slot].Record).OfType<byte[]>().ToArray();
                    Assert.Equal(records.Sum(record => record.Length), store.RecordBytes);
                    Assert.Equal(records.Count(HasOverflow), store.OverflowCount);
                    Assert.Equal(records.Length, store.CallCount);
                }

                bool HasOverflow(byte[] record)
                {
                    CallCodec.Decode(record, call, out _);
                    return call.Overflow;
                }
            }, iter: 1_000);

    [Fact]
    public void How_often_a_sweep_ran_carries_no_meaning() =>
        Gen.Select(Generators.Log, Gen.Int[1, 7]).Sample(
            (log, ticks) =>
            {
                var (swept, store) = (NewStore(), NewStore());
                var changes = new List<DialogChange>();
                var last = 0L;
                foreach (var message in log)
                {
                    for (var i = 0; i < ticks; i++)
                    {
                        swept.Advance(new LogTime((last + (message.Time - last) * i / ticks) * 1000), default);
                        changes.AddRange(swept.Changes);
                        swept.Commit();
                    }
                    last = Math.Max(last, message.Time);
                    changes.AddRange(LogFold.Changes(swept, [message]));
                }
                Assert.Equal(Print(LogFold.Changes(store, log).Select(WithoutCause)), Print(changes.Select(WithoutCause)));
                Assert.Equal(Printed.Of(store), Printed.Of(swept));
            }, iter: 1_000);

    [Fact]
    public void Deadlines_split_over_transactions_equal_unsplit() =>
        Gen.Select(Generators.Log, Gen.Int[1, 3]).Sample(
            (log, limit) =>
            {
                var (whole, split) = (NewStore(), NewStore());
                var changes = new List<DialogChange>();
                var changelog = new Dictionary<string, byte[]>();
                for (var i = 0; i < log.Length; i++)
                {
                    var cause = new Cause(0, i);
                    while (!split.Advance(new LogTime(log[i].Time * 1000), cause, limit))
                    {
                        changes.AddRange(split.Changes);
                        split = Restart(split, changelog);
                    }
                    log[i].MergeInto(split, cause);
                    changes.AddRange(split.Changes);
                    Keep(split, changelog);
                    split.Commit();
                }
                Assert.Equal(Print(LogFold.Changes(whole, log)), Print(changes));
                Assert.Equal(Printed.Of(whole), Printed.Of(split));
            }, iter: 1_000);

    [Fact]
    public void Records_are_the_protobuf_of_dialog_store_proto() =>
        Generators.Log.Sample(
            log =>
            {
                var store = NewStore();
                for (var i = 0; i < log.Length; i++) LogFold.Step(store, log[i], i);
                foreach (var touched in store.Touched.Where(t => t.Record is not null))
                {
                    var record = CallRecord.Parser.ParseFrom(touched.Record);
                    Assert.Equal(touched.CallId.ToArray(), record.CallId.ToByteArray());
                    Assert.Equal(Convert.ToHexString(touched.Record!), Convert.ToHexString(record.ToByteArray()));
                }
            }, iter: 1_000);

    [Fact]
    public void Decoded_record_encodes_to_the_same_bytes() =>
        Generators.Log.Sample(
            log =>
            {
                var store = NewStore();
                for (var i = 0; i < log.Length; i++) LogFold.Step(store, log[i], i);
                var (call, codec) = (new Call(Bounds.Default), new CallCodec());
                foreach (var touched in store.Touched.Where(t => t.Record is not null))
                {
                    CallCodec.Decode(touched.Record!, call, out var deadline);
                    Assert.Equal(Convert.ToHexString(touched.Record!), Convert.ToHexString(codec.Encode(call, deadline)));
                }
            }, iter: 1_000);

    [Fact]
    public void Bytes_that_are_no_record_are_refused_by_name() =>
        Gen.Byte.Array[0, 60].Sample(bytes =>
        {
            try { CallCodec.Decode(bytes, new Call(Bounds.Default), out _); }
            catch (InvalidDataException) { }
        });

    private static DialogStore NewStore() => new(0, DialogScript.Lifetimes);

    /// <summary>Commits, and goes on with a store that was restored from all its records.</summary>
    private static DialogStore Restart(DialogStore store, Dictionary<string, byte[]> changelog)
    {
        Keep(store, changelog);
        var restored = NewStore();
        foreach (var record in changelog.Values) restored.Restore(CallCodec.CallIdOf(record), record);
        restored.RestoreLogTime(store.LogTime);
        return restored;
    }

    /// <summary>What the changelog holds of a store after compaction.</summary>
    private static void Keep(DialogStore store, Dictionary<string, byte[]> changelog)
    {
        foreach (var touched in store.Touched)
        {
            var key = Convert.ToHexString(touched.CallId.Span);
            if (touched.Record is null) changelog.Remove(key);
            else changelog[key] = touched.Record;
        }
    }

    private static string Print(IEnumerable<DialogChange> changes) => string.Join('\n', changes.Select(Printed.Of));

    private static DialogChange WithoutCause(DialogChange change) => change with { Cause = default };
}
