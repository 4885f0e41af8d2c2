using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dlgs.Streams.Tests.Cluster;

/// <summary>Questions to a peer share a call, and each goes its own way all the same.</summary>
public sealed class PeerConversationTests
{
    private static readonly Converse NoOther = (_, _, _) => throw new InvalidOperationException("One conversation is enough.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task<PeerAnswer> AtOnce(PeerQuestion question) => Task.FromResult(ConversingPeer.AnswerTo(question));

    [Fact]
    public async Task Each_question_gets_its_own_answer_in_whatever_order_they_come()
    {
        var open = new OpenQuestions();
        await using var peer = await ConversingPeer.StartAsync(ConversingPeer.By(open.AnswerAsync, Cancellation), NoOther);
        var asked = Enumerable.Range(0, 200).Select(number => peer.AskAsync(number)).ToArray();
        await open.WaitForAsync(asked.Length);
        foreach (var number in Enumerable.Range(0, 200).OrderBy(number => number * 7_919 % 211)) open.Answer(number);
        Assert.Equal(Enumerable.Range(0, 200), await Task.WhenAll(asked));
    }

    [Fact]
    public async Task One_that_is_not_answered_in_time_holds_up_no_other()
    {
        var open = new OpenQuestions();
        await using var peer = await ConversingPeer.StartAsync(
            ConversingPeer.By((question, caller) => question.Limit <= 0 ? open.AnswerAsync(question, caller) : AtOnce(question), Cancellation), NoOther);
        var silent = peer.AskAsync(0, TimeSpan.FromMilliseconds(100));
        Assert.Equal(1, await peer.AskAsync(1));
        // So short a time proves nothing.
        Assert.Equal(PeerFailure.Unproven, (await Assert.ThrowsAsync<PeerFailedException>(() => silent)).Failure);
        using var caller = new CancellationTokenSource();
        var gone = peer.Peer.AskAsync(ConversingPeer.Question(-1), TimeSpan.FromSeconds(60), caller.Token);
        await ClusterHosts.UntilAsync(() => open.Has(-1), "it to be asked");
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.Equal(2, await peer.AskAsync(2));
        // Whoever answers it is told that nobody waits.
        await ClusterHosts.UntilAsync(() => open.Abandoned.Contains(-1), "it to be abandoned");
    }

    [Fact]
    public async Task What_is_open_when_it_ends_is_asked_once_more_in_another()
    {
        Converse ends = async (questions, answers, _) =>
        {
            await questions.MoveNext(Cancellation);
            // Of questions that nobody asked, and one that has no answer.
            await answers.WriteAsync(new NumberedAnswers { Numbers = { 1_000, 1_001 }, Answers = { new PeerAnswer() } }, Cancellation);
        };
        var answers = ConversingPeer.By((question, _) => AtOnce(question), Cancellation);
        await using var once = await ConversingPeer.StartAsync(ends, answers);
        Assert.Equal(0, await once.AskAsync(0));
        await using var twice = await ConversingPeer.StartAsync(ends, ends, answers);
        Assert.Equal(PeerFailure.Silence, (await Assert.ThrowsAsync<PeerFailedException>(() => twice.AskAsync(0))).Failure);
        Assert.Equal(1, await twice.AskAsync(1));
    }

    [Fact]
    public async Task One_that_is_silent_for_too_long_is_ended()
    {
        var (limit, begun) = (TimeSpan.FromMilliseconds(200), new TaskCompletionSource());
        Converse saysNothing = (_, _, context) =>
        {
            begun.SetResult();
            return Task.Delay(Timeout.Infinite, context.CancellationToken);
        };
        await using var peer = await ConversingPeer.StartAsync(limit, saysNothing, ConversingPeer.By((question, _) => AtOnce(question), Cancellation));
        var silent = peer.AskAsync(0);
        await begun.Task.WaitAsync(Cancellation);
        Assert.Equal(PeerFailure.Silence, (await Assert.ThrowsAsync<PeerFailedException>(() => peer.AskAsync(1, limit))).Failure);
        // With all that is open in it.
        await Assert.ThrowsAsync<PeerFailedException>(() => silent);
        Assert.Equal(2, await peer.AskAsync(2));
    }

    [Fact]
    public async Task Peer_that_stops_answers_what_is_open_and_reads_no_more()
    {
        using var stop = new CancellationTokenSource();
        var open = new OpenQuestions();
        await using var peer = await ConversingPeer.StartAsync(
            ConversingPeer.By(open.AnswerAsync, stop.Token), ConversingPeer.By((question, _) => AtOnce(question), Cancellation));
        var asked = Enumerable.Range(0, 3).Select(number => peer.AskAsync(number)).ToArray();
        await open.WaitForAsync(asked.Length);
        await stop.CancelAsync();
        // Another conversation, as soon as that is known.
        while (!await IsAnsweredAsync(3)) Assert.DoesNotContain(asked, task => task.IsCompleted);
        for (var number = 0; number < asked.Length; number++) open.Answer(number);
        Assert.Equal(Enumerable.Range(0, 3), await Task.WhenAll(asked));

        async Task<bool> IsAnsweredAsync(int number)
        {
            try
            {
                return await peer.AskAsync(number, TimeSpan.FromMilliseconds(50)) == number;
            }
            catch (PeerFailedException e) when (e.Failure == PeerFailure.Unproven)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task Instance_that_stops_ends_its_conversations_before_it_is_out_of_patience()
    {
        await using var cluster = await ClusterHosts.StartAsync(1, 2);
        using var channel = GrpcChannel.ForAddress($"http://{cluster.Hosts[0].PeerAddress.Authority}");
        using var call = new DialogPeer.DialogPeerClient(channel).Converse(cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(new NumberedQuestions { Numbers = { 7 }, Questions = { ConversingPeer.Question(0) } }, Cancellation);
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        Assert.Equal([7], call.ResponseStream.Current.Numbers);
        var stopping = cluster.Hosts[0].Services.GetRequiredService<IHost>().StopAsync(Cancellation);
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        Assert.True(call.ResponseStream.Current.ReadsNoMore);
        // By itself: a connection that is cut off has another end.
        Assert.False(await call.ResponseStream.MoveNext(Cancellation));
        await stopping;
    }

    [Fact]
    public async Task Who_goes_in_the_middle_is_no_failure()
    {
        await using var cluster = await ClusterHosts.StartAsync(1, 2);
        using var channel = GrpcChannel.ForAddress($"http://{cluster.Hosts[0].PeerAddress.Authority}");
        var calls = Enumerable.Range(0, 90).Select(_ => new DialogPeer.DialogPeerClient(channel).Converse(cancellationToken: Cancellation)).ToArray();
        foreach (var call in calls)
        {
            await call.RequestStream.WriteAsync(new NumberedQuestions { Numbers = { 7 }, Questions = { ConversingPeer.Question(0) } }, Cancellation);
            Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        }
        foreach (var call in calls) call.Dispose();
        await cluster.Hosts[0].Services.GetRequiredService<IHost>().StopAsync(Cancellation);
        var ours = cluster.Hosts[0].Log.All.Where(record => record.Category.StartsWith("Dlgs.", StringComparison.Ordinal));
        Assert.DoesNotContain(ours, record => record.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Question_that_the_program_fails_on_ends_it_with_the_failure()
    {
        var failed = new TaskCompletionSource<Exception>();
        var conversing = ConversingPeer.By(async (question, _) =>
        {
            await Task.Yield();
            return question.Limit > 0 ? ConversingPeer.AnswerTo(question) : throw new InvalidOperationException("a fault");
        }, Cancellation);
        await using var peer = await ConversingPeer.StartAsync(async (questions, answers, context) =>
        {
            try
            {
                await conversing(questions, answers, context);
            }
            catch (InvalidOperationException e)
            {
                failed.SetResult(e);
                throw;
            }
        });
        Assert.Equal(PeerFailure.Unproven, (await Assert.ThrowsAsync<PeerFailedException>(() => peer.AskAsync(0))).Failure);
        Assert.Equal("a fault", (await failed.Task.WaitAsync(Cancellation)).Message);
        Assert.Equal(1, await peer.AskAsync(1));
    }

    [Fact]
    public async Task No_more_are_read_than_may_be_open()
    {
        var open = new OpenQuestions();
        await using var peer = await ConversingPeer.StartAsync(ConversingPeer.By(open.AnswerAsync, Cancellation), NoOther);
        var asked = Enumerable.Range(0, 3_000).Select(number => peer.AskAsync(number)).ToArray();
        await open.WaitForAsync(1_024);
        Assert.Equal(1_024, open.Count);
        open.AnswerAllFromNowOn();
        Assert.Equal(Enumerable.Range(0, 3_000), await Task.WhenAll(asked));
    }

    [Fact]
    public async Task Peer_that_takes_no_questions_is_told_so_soon()
    {
        await using var peer = await ConversingPeer.StartAsync((_, _, context) => Task.Delay(Timeout.Infinite, context.CancellationToken), NoOther);
        using var enough = new CancellationTokenSource();
        var large = new PeerQuestion { Count = new CountRequest { Filters = { new DialogFilter { Value = new string('v', 4_096) } } } };
        var asked = new List<Task<PeerAnswer>>();
        while (!asked.Exists(task => task.IsFaulted) && asked.Count < 20_000) asked.Add(peer.Peer.AskAsync(large, TimeSpan.FromSeconds(60), enough.Token));
        var refused = await Assert.ThrowsAsync<PeerFailedException>(() => asked.Find(task => task.IsFaulted) ?? Task.FromResult(new PeerAnswer()));
        Assert.Equal(PeerFailure.Silence, refused.Failure);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => Task.WhenAll(asked));
    }
}
