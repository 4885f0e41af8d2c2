using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Cluster;

/// <summary>What the answers of peers have in common.</summary>
internal static class PeerAnswers
{
    /// <summary>What it covers; null: it is a refusal, or about one Call.</summary>
    public static Coverage? Coverage(this PeerAnswer answer) => answer.AnswerCase switch
    {
        PeerAnswer.AnswerOneofCase.Count => answer.Count.Coverage,
        PeerAnswer.AnswerOneofCase.Get => answer.Get.Coverage,
        PeerAnswer.AnswerOneofCase.List => answer.List.Coverage,
        PeerAnswer.AnswerOneofCase.Stats => answer.Stats.Coverage,
        PeerAnswer.AnswerOneofCase.Group => answer.Group.Coverage,
        PeerAnswer.AnswerOneofCase.Close => answer.Close.Coverage,
        PeerAnswer.AnswerOneofCase.Tag or PeerAnswer.AnswerOneofCase.Begin => null,
        PeerAnswer.AnswerOneofCase.Refusal or PeerAnswer.AnswerOneofCase.None => null,
        _ => null,
    };

    /// <summary>Whether it is of the question's kind, or a refusal.</summary>
    public static bool IsTo(this PeerAnswer answer, PeerQuestion question) => (answer.AnswerCase, question.QuestionCase) is
        (PeerAnswer.AnswerOneofCase.Refusal, _)
        or (PeerAnswer.AnswerOneofCase.Count, PeerQuestion.QuestionOneofCase.Count)
        or (PeerAnswer.AnswerOneofCase.Get, PeerQuestion.QuestionOneofCase.Get)
        or (PeerAnswer.AnswerOneofCase.List, PeerQuestion.QuestionOneofCase.List)
        or (PeerAnswer.AnswerOneofCase.Stats, PeerQuestion.QuestionOneofCase.Stats)
        or (PeerAnswer.AnswerOneofCase.Group, PeerQuestion.QuestionOneofCase.Group)
        or (PeerAnswer.AnswerOneofCase.Tag, PeerQuestion.QuestionOneofCase.AddTag or PeerQuestion.QuestionOneofCase.RemoveTag)
        or (PeerAnswer.AnswerOneofCase.Close, PeerQuestion.QuestionOneofCase.Close)
        or (PeerAnswer.AnswerOneofCase.Begin, PeerQuestion.QuestionOneofCase.Begin);

    /// <summary>The same question of some partitions only.</summary>
    public static PeerQuestion Of(this PeerQuestion question, IEnumerable<int> partitions)
    {
        var some = question.Clone();
        some.Partitions.Clear();
        some.Partitions.AddRange(partitions);
        return some;
    }

    /// <summary>Whether it changes something.</summary>
    public static bool IsWrite(this PeerQuestion question) =>
        question.QuestionCase is PeerQuestion.QuestionOneofCase.AddTag or PeerQuestion.QuestionOneofCase.RemoveTag or PeerQuestion.QuestionOneofCase.Close;
}
