using Actors.Core.Analysis;
using Actors.Core.Vocabulary;

namespace Actors.Tests.GroundTruth;

/// <summary>What the model says to a row on one device.</summary>
/// <param name="Device">The device.</param>
/// <param name="Answers">The possible answers; empty when the row is not covered there.</param>
/// <param name="Reason">Why it is not covered, or empty.</param>
/// <param name="Example">One of the worlds, for the trail.</param>
internal sealed record Said(string Device, Sequence<string> Answers, string Reason, PossibleWorld? Example)
{
    public static Said Of(RecordedMachine machine, SequentialRun run) =>
        new(machine.Traits.Name, Sequence<string>.From(run.Worlds.Select(world => RecordedMachine.Spell(world.Answers.Count == 0 ? null : world.Answers[0])).Distinct()), "", run.Worlds.Count == 0 ? null : run.Worlds[0]);

    public static Said NotCovered(RecordedMachine machine, string reason) => new(machine.Traits.Name, Sequence<string>.Empty, reason, null);
}

/// <summary>Compares a row of answers.csv with what the model says on all devices.</summary>
internal static class AnswerOfCase
{
    public static string Named(Row row) => $"{row["case"]}, {row["op"]}";

    /// <summary>Equal when each device gives an answer that was seen, and each answer that was seen is given by some device.</summary>
    public static void Compare(Tally tally, Row row, IEnumerable<Said> said)
    {
        Said[] all = [.. said];
        var recorded = row["answers"].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var answering = all.Where(one => one.Reason.Length == 0).ToArray();
        var wrong = answering.Where(one => !one.Answers.All(recorded.Contains)).ToArray();
        var missing = recorded.Except(answering.SelectMany(one => one.Answers)).ToArray();
        if (wrong.Length > 0)
            tally.AddDifferent(Difference(row, wrong));
        else if (answering.Length == 0)
            tally.AddNotCovered(all.Select(one => one.Reason).FirstOrDefault() ?? "no device of the table has what the case needs", Named(row));
        else if (missing.Length > 0)
            tally.AddNotCovered($"{string.Join(' ', missing)} was seen too, and no device of the table gives it here", Named(row));
        else
            tally.AddEqual();
    }

    private static string Difference(Row row, Said[] wrong)
    {
        var lines = new List<string> { $"{row.File}:{row.Line}: {row["section"]}, {Named(row)}: recorded {row["answers"]}" };
        lines.AddRange(wrong.Select(one => $"  {one.Device}: {string.Join(" | ", one.Answers)}"));
        if (wrong[0].Example is { } world)
            lines.AddRange(EventText.Of(world).Select(text => "    " + text));
        return string.Join(Environment.NewLine, lines);
    }
}
