using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>What the brokers say of the topics, answer by answer: what a lane sees of it.</summary>
public sealed class WatchedTopicsTests
{
    private static readonly TopicFacts AsBegun = new(new TopicIds("in", "store", "changes", "calls", "letters"), "LogAppendTime");
    private static readonly TopicFacts MadeAnew = AsBegun with { Ids = AsBegun.Ids with { Input = "in-2" } };
    private static readonly TopicFacts Gone = AsBegun with { Ids = AsBegun.Ids with { Store = "" } };
    private static readonly TopicFacts Switched = AsBegun with { InputTimestampType = "CreateTime" };

    private readonly WatchedTopics topics = new();

    [Fact]
    public void Before_anybody_asked_nothing_is_known()
    {
        Assert.Null(topics.Current);
        Take(AsBegun, at: 5);
        Assert.Equal(new TopicState(AsBegun, AskedAt: 5, Version: 1), topics.Current);
    }

    [Fact]
    public void The_same_answer_moves_only_its_time()
    {
        Take(AsBegun, at: 5);
        Take(AsBegun, at: 6);
        Assert.Equal(new TopicState(AsBegun, AskedAt: 6, Version: 1), topics.Current);
        Assert.False(topics.IsInDoubt);
    }

    public static TheoryData<int> Others => [0, 1, 2];

    [Theory, MemberData(nameof(Others))]
    public void Another_answer_counts_when_the_next_says_the_same(int number)
    {
        var other = new[] { MadeAnew, Gone, Switched }[number];
        Take(AsBegun, at: 5);
        Assert.False(topics.Take(other, 6));
        Assert.Equal(AsBegun, topics.Current!.Facts);
        Assert.True(topics.IsInDoubt);
        Assert.True(topics.Take(other, 7));
        Assert.Equal(new TopicState(other, AskedAt: 7, Version: 2), topics.Current);
        Assert.False(topics.IsInDoubt);
    }

    [Fact]
    public void Answers_of_brokers_that_disagree_change_nothing()
    {
        Take(AsBegun, at: 5);
        foreach (var answer in new[] { Gone, MadeAnew, Gone, AsBegun, Gone, AsBegun }) Assert.False(topics.Take(answer, 6));
        Assert.Equal(new TopicState(AsBegun, AskedAt: 6, Version: 1), topics.Current);
    }

    [Fact]
    public void First_answer_that_lacks_a_topic_waits_for_the_next_too()
    {
        Take(Gone, at: 5);
        Assert.Null(topics.Current);
        Take(Gone, at: 6);
        Assert.Equal("", topics.Current!.Ids.Store);
    }

    [Theory]
    [InlineData("LogAppendTime", true)]
    [InlineData("CreateTime", false)]
    public void Input_has_append_time_or_not(string type, bool has)
    {
        Take(AsBegun with { InputTimestampType = type }, at: 5);
        Assert.Equal(has, topics.Current!.HasAppendTime);
    }

    private void Take(TopicFacts answer, long at) => topics.Take(answer, at);
}
