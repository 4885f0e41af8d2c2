using System.Text;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Records;
using Dlgs.Streams.Settings;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Options;
using Derived = Dlgs.Streams.Core.Dialogs;
using DialogState = Dlgs.Streams.Contracts.V1.DialogState;
using Enum = System.Enum;
using Filter = Dlgs.Streams.Contracts.V1.DialogFilter;
using Queries = Dlgs.Streams.Core.Queries;

namespace Dlgs.Streams.Answers;

/// <summary>Requests in the core's terms; what is wrong is refused, naming the field and what is allowed.</summary>
internal sealed class QueryArguments(IOptions<AnswerOptions> options, IOptions<LimitOptions> fields)
{
    private const int DefaultPage = 100;

    private readonly AnswerOptions settings = options.Value;
    private readonly FilterLimits limits = new(fields.Value.Text, options.Value.QueryPattern, options.Value.QueryPositions);

    /// <summary>Each filter by itself; none: all.</summary>
    public QuerySelection[] Each(IReadOnlyList<Filter> filters, StateSet states)
    {
        CheckCount(filters);
        return filters.Count == 0
            ? [new QuerySelection("states", new DialogSelection([], states))]
            : [.. filters.Select((filter, i) => Select(filter, $"filters[{i}]", states))];
    }

    /// <summary>All filters together.</summary>
    public QuerySelection All(IReadOnlyList<Filter> filters, StateSet states)
    {
        CheckCount(filters);
        if (filters.Count == 1) return Select(filters[0], "filters[0]", states);
        var conditions = filters.SelectMany((filter, i) => Conditions(filter, $"filters[{i}]"));
        return new QuerySelection("filters", new DialogSelection([.. conditions], states));
    }

    public QuerySelection One(Filter filter, string name, StateSet states)
    {
        CheckCount([filter]);
        return Select(filter, name, states);
    }

    private QuerySelection Select(Filter filter, string name, StateSet states)
    {
        DialogCondition[] conditions = [.. Conditions(filter, name)];
        return new QuerySelection(conditions is [{ Filter: not null }] ? $"{name}.value" : name, new DialogSelection(conditions, states));
    }

    private void CheckCount(IReadOnlyList<Filter> filters)
    {
        if (filters.Sum(filter => 1 + filter.Also.Count) is var count && count > settings.QueryFilters)
            throw QueryRefusal.Argument("filters", $"at most {settings.QueryFilters}, those in also included.");
    }

    private IEnumerable<DialogCondition> Conditions(Filter filter, string name)
    {
        yield return Condition(filter, name);
        for (var i = 0; i < filter.Also.Count; i++)
        {
            if (filter.Also[i].Also.Count > 0) throw QueryRefusal.Argument($"{name}.also[{i}].also", "one level deep: none here.");
            yield return Condition(filter.Also[i], $"{name}.also[{i}]");
        }
    }

    private DialogCondition Condition(Filter filter, string name)
    {
        if (filter.HasTag) return DialogCondition.OfTag(Tag(filter.Tag, $"{name}.tag"));
        if (!Enum.IsDefined(filter.Field)) throw QueryRefusal.Argument($"{name}.field", $"{DialogFields.Names.Either}.");
        if (!Enum.IsDefined(filter.Operator)) throw QueryRefusal.Argument($"{name}.operator", $"{FilterOperators.Names.Either}.");
        var (field, op) = ((Queries.DialogField)filter.Field, (Queries.FilterOperator)filter.Operator);
        if (Queries.DialogFilter.Create(field, op, filter.Value, limits, out var error) is not { } parsed)
            throw QueryRefusal.Argument($"{name}.{error!.Part}", error.Allowed);
        return DialogCondition.Of(parsed);
    }

    public static GroupKey GroupKey(GroupField by) =>
        Enum.IsDefined(by) && by != GroupField.Unspecified ? (GroupKey)by : throw QueryRefusal.Argument("by", $"{GroupKeys.Names.Either}.");

    public static DialogView View(DialogView view) =>
        Enum.IsDefined(view) ? view : throw QueryRefusal.Argument("view", "full or briefing.");

    /// <summary>Null: any time.</summary>
    public static SipTime? Instant(Timestamp? time, string name)
    {
        if (time is null) return null;
        // RFC 3339's range, as the protobuf type has it; microseconds.
        if (time.Seconds is < -62_135_596_800 or > 253_402_300_799 || time.Nanos is < 0 or > 999_999_999)
            throw QueryRefusal.Argument(name, "a timestamp of the years 1 to 9999.");
        return new SipTime(DialogRecords.ToMicros(time));
    }

    /// <summary>As much of a text as a tag may have, whole characters.</summary>
    public string AsTag(string text)
    {
        var bytes = 0;
        return string.Concat(text.EnumerateRunes().TakeWhile(rune => (bytes += rune.Utf8SequenceLength) <= fields.Value.Tag));
    }

    public string Tag(string tag, string name) => Text(tag, name, least: 1, fields.Value.Tag);

    public static StateSet States(IReadOnlyList<DialogState> states, StateSet allowed)
    {
        if (states.Count == 0) return allowed;
        var set = StateSet.None;
        foreach (var state in states)
        {
            var one = Enum.IsDefined(state) && state != DialogState.Unspecified ? StateSets.Of((Derived.DialogState)state) : StateSet.None;
            if (one == StateSet.None || !allowed.HasFlag(one))
                throw QueryRefusal.Argument("states",
                    $"{(allowed == StateSet.Ongoing ? "of ongoing dialogs: " : "")}{string.Join(", ", allowed.Names())}.");
            set |= one;
        }
        return set;
    }

    public int Page(int size, string name, int without = DefaultPage) =>
        size == 0 ? Math.Min(without, settings.QueryPage)
        : size > 0 && size <= settings.QueryPage ? size
        : throw QueryRefusal.Argument(name, $"1 to {settings.QueryPage}, or 0 for {Math.Min(without, settings.QueryPage)}.");

    /// <summary>Dialogs that one request may be about.</summary>
    public int LargestPage => settings.QueryPage;

    public byte[] CallId(string callId, string name, int least) => Encoding.UTF8.GetBytes(Text(callId, name, least, fields.Value.CallId));

    public DialogId DialogId(string id, string name)
    {
        if (!DialogIds.TryParse(id, out var parsed))
            throw QueryRefusal.Argument(name, "Dialog.id of an answer: {call_id}/{from_tag}/{since_cseq}, percent-encoded.");
        CallId(parsed.CallId, name, least: 1);
        return parsed;
    }

    private static string Text(string text, string name, int least, int most) =>
        Encoding.UTF8.GetByteCount(text) is var bytes && bytes >= least && bytes <= most
            ? text
            : throw QueryRefusal.Argument(name, $"{least} to {most} bytes.");
}
