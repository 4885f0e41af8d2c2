using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>A condition as it is put to rows. A slot may have become another value's since: its hash says so.</summary>
internal abstract class RowCondition
{
    /// <summary>In what order conditions are looked at.</summary>
    public abstract int Cost { get; }

    /// <summary>No row can meet it.</summary>
    public virtual bool IsEmpty => false;

    /// <summary>How many ongoing dialogs meet it; null: only the rows tell.</summary>
    public virtual long? Known => null;

    public abstract bool Matches(in DialogRow row);

    public static RowCondition Of(DialogIndex index, DialogCondition condition) => condition.Filter switch
    {
        null => new HasTag(index.Tags, condition.Tag.Span),
        { Operator: FilterOperator.Eq } filter => new HasValue(index.Values, filter),
        { } filter => new HasOneOf(index.Values, filter),
    };

    private static bool HasSlot(DialogField field, in DialogRow row, int slot) => field switch
    {
        DialogField.Src => row.Src == slot,
        DialogField.Dst => row.Dst == slot,
        DialogField.Data => row.Data == slot,
        DialogField.Any => row.Src == slot || row.Dst == slot || row.Data == slot,
    };

    private sealed class HasValue(FieldValues values, DialogFilter filter) : RowCondition
    {
        private readonly int slot = values.Find(filter.Value.Span);

        public override int Cost => 0;

        public override bool IsEmpty => slot < 0;

        public override bool Matches(in DialogRow row) => HasSlot(filter.Field, row, slot) && values.Has(slot, filter.Value.Span);
    }

    private sealed class HasTag(FieldValues tags, ReadOnlySpan<byte> tag) : RowCondition
    {
        private readonly byte[] text = tag.ToArray();
        private readonly int slot = tags.Find(tag);

        public override int Cost => 1;

        public override bool IsEmpty => slot < 0;

        public override bool Matches(in DialogRow row) => row.Tags is { } carried && carried.AsSpan().Contains(slot) && tags.Has(slot, text);
    }

    /// <summary>The values that match, by slot.</summary>
    private sealed class HasOneOf : RowCondition, IValueVisitor
    {
        private readonly FieldValues values;
        private readonly DialogField field;
        /// <summary>0: the value does not match; else its hash, the lowest bit set.</summary>
        private readonly ulong[] matching;
        private ValueSums sums;

        public HasOneOf(FieldValues values, DialogFilter filter)
        {
            (this.values, field, matching, sums) = (values, filter.Field, new ulong[values.End], new ValueSums(values));
            var visitor = this;
            values.Visit(filter, values.Any, ref visitor);
        }

        public void Visit(int slot, byte[] text)
        {
            sums.Visit(slot, text);
            if (slot < matching.Length) matching[slot] = ByteHash.Of64(text) | 1;
        }

        public override int Cost => 2;

        public override long? Known => sums.By(this.field);

        public override bool Matches(in DialogRow row) => field switch
        {
            DialogField.Src => Has(row.Src),
            DialogField.Dst => Has(row.Dst),
            DialogField.Data => Has(row.Data),
            DialogField.Any => Has(row.Src) || Has(row.Dst) || Has(row.Data),
        };

        private bool Has(int slot) => slot < matching.Length && matching[slot] is not 0 and var hash && hash == (values.HashOf(slot) | 1);
    }
}
