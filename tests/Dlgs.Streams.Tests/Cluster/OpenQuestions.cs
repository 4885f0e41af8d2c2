using System.Collections.Concurrent;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Tests.Cluster;

/// <summary>Questions that came in, and are answered when the test says so.</summary>
internal sealed class OpenQuestions
{
    private readonly ConcurrentDictionary<int, (PeerQuestion Question, TaskCompletionSource<PeerAnswer> Answered)> questions = new();
    private volatile bool answersAll;

    public ConcurrentBag<int> Abandoned { get; } = [];

    public bool Has(int number) => questions.ContainsKey(number);

    public int Count => questions.Count;

    public Task<PeerAnswer> AnswerAsync(PeerQuestion question, CancellationToken caller)
    {
        var answered = new TaskCompletionSource<PeerAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        questions[question.Limit] = (question, answered);
        caller.Register(() => Abandoned.Add(question.Limit));
        if (answersAll) Answer(question.Limit);
        return answered.Task;
    }

    public void Answer(int number) => questions[number].Answered.TrySetResult(ConversingPeer.AnswerTo(questions[number].Question));

    public void AnswerAllFromNowOn()
    {
        answersAll = true;
        foreach (var number in questions.Keys) Answer(number);
    }

    public Task WaitForAsync(int count) => ClusterHosts.UntilAsync(() => questions.Count >= count, $"{count} questions");
}
