using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Answers;

/// <summary>Answers what another instance asks, or this one asks itself for an answer of the cluster: out of the partitions here, asking nobody.</summary>
internal sealed class PeerQuestions(DialogAnswers answers, DialogTotals totals, DialogTags tags, DialogCloses closes)
{
    public async Task<PeerAnswer> AnswerAsync(PeerQuestion question, CancellationToken cancellation)
    {
        var partitions = question.Partitions.Count == 0 ? null : question.Partitions.ToHashSet();
        var scope = new PeerScope(partitions, TimeSpan.FromMilliseconds(question.WaitMs), question.Limit)
        {
            UpTo = question.UpTo.ToTime(),
            Time = question.TimeMs > 0 ? TimeSpan.FromMilliseconds(question.TimeMs) : null,
        };
        var caller = new Caller(cancellation) { Peer = scope };
        try
        {
            var answer = question.QuestionCase switch
            {
                PeerQuestion.QuestionOneofCase.Count => new PeerAnswer { Count = await answers.CountAsync(question.Count, caller) },
                PeerQuestion.QuestionOneofCase.Get => new PeerAnswer { Get = await answers.GetAsync(question.Get, caller) },
                PeerQuestion.QuestionOneofCase.List => new PeerAnswer { List = await answers.ListAsync(question.List, caller) },
                PeerQuestion.QuestionOneofCase.Stats => new PeerAnswer { Stats = await totals.StatsAsync(question.Stats, caller) },
                PeerQuestion.QuestionOneofCase.Group => new PeerAnswer { Group = await totals.GroupAsync(question.Group, caller) },
                PeerQuestion.QuestionOneofCase.AddTag => new PeerAnswer { Tag = await tags.AddAsync(question.AddTag, caller) },
                PeerQuestion.QuestionOneofCase.RemoveTag => new PeerAnswer { Tag = await tags.RemoveAsync(question.RemoveTag, caller) },
                PeerQuestion.QuestionOneofCase.Close => new PeerAnswer { Close = await closes.CloseAsync(question.Close, caller) },
                PeerQuestion.QuestionOneofCase.Begin => new PeerAnswer { Begin = await answers.BeginAsync(question.Begin, caller) },
                PeerQuestion.QuestionOneofCase.None => throw QueryRefusal.Argument("question", "one that this instance knows; are all of one version?"),
                _ => throw QueryRefusal.Argument("question", "one that this instance knows; are all of one version?"),
            };
            answer.Answered = scope.Answered;
            return answer;
        }
        catch (QueryRefusal refusal)
        {
            return new PeerAnswer { Refusal = refusal.ToRecord() };
        }
    }
}
