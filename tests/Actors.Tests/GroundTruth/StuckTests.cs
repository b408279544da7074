using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;
using Xunit.Abstractions;

namespace Actors.Tests.GroundTruth;

/// <summary>stuck.csv: RESET waits for an importer that does not unmap; who answers at once, who waits, and what the waiters answer in the end.</summary>
public sealed class StuckTests(ITestOutputHelper output)
{
    private const string Stuck = "stuck.csv";

    // Before RESET begins: an importer attaches to the second buffer and maps it.
    private const string LastBefore = "map second";

    private readonly Tally tally = new("stuck");
    private readonly Dictionary<(string Case, string Operation), SortedSet<string>> answered = [];

    [Fact]
    public void M73_WhileResetWaitsForAnImporter_AnswersAndWaitsAsRecorded()
    {
        var devices = Recordings.Current.Devices();
        foreach (var run in Recordings.Current.Read(Stuck).GroupBy(row => (Run: row["run"], Device: row["device"], Case: row["case"])))
        {
            if (devices.TryGetValue(run.Key.Device, out var traits))
                Check(traits, [.. run]);
            else
                NotCovered($"device {run.Key.Device} is not in the README's table", run);
        }

        var section = Section();
        tally.Report(output);
        section.Report(output);
        Assert.Empty(section.Different);
        Assert.True(tally.Checked > 0 || !Recordings.Current.Has(Stuck), "nothing was checked");
        Assert.True(tally.Different.Count == 0, string.Join(Environment.NewLine, tally.Different));
    }

    // The section of answers.csv has the same rows without saying who waits: the model has answered one when it has answered a row of stuck.csv of that name.
    private Tally Section()
    {
        var section = new Tally("stuck-section");
        foreach (var row in Recordings.Current.Read("answers.csv").Where(row => row["section"] == "stuck"))
        {
            if (!answered.TryGetValue((row["case"], row["op"]), out var answers))
                section.AddNotCovered($"no row of {Stuck} that the model answers", AnswerOfCase.Named(row));
            else if (answers.IsSubsetOf(row["answers"].Split(' ')))
                section.AddEqual();
            else
                section.AddDifferent($"{row.File}:{row.Line}: {AnswerOfCase.Named(row)}: recorded {row["answers"]}, model {string.Join(' ', answers)}");
        }

        return section;
    }

    private static string Named(Row row) => $"{row["run"]} {row["device"]} {row["op"]}";

    private void NotCovered(string reason, IEnumerable<Row> rows)
    {
        foreach (var row in rows)
            tally.AddNotCovered(reason, Named(row));
    }

    private void Check(DeviceTraits traits, IReadOnlyList<Row> rows)
    {
        var stuck = new StuckMachine(traits, threads: rows.Count);
        for (var index = 0; index < rows.Count; index++)
        {
            var row = rows[index];
            if (!stuck.Perform(row["op"]))
            {
                NotCovered($"operation not known: {row["op"]}", [row]);
                continue;
            }

            var (said, expected) = (stuck.Run.Worlds, Expected(row));
            stuck.Keep(world => RecordedMachine.Spell(world.Answer) == expected);
            if (stuck.Run.Worlds.Count == 0)
            {
                tally.AddDifferent(Difference(row, expected, said));
                NotCovered("follows a row that differs", rows.Skip(index + 1));
                return;
            }

            tally.AddEqual();
            Answered(row, expected);
            if (row["op"] == LastBefore)
                stuck.BeginReset();
        }
    }

    private void Answered(Row row, string answer)
    {
        if (!answered.TryGetValue((row["case"], row["op"]), out var answers))
            answered.Add((row["case"], row["op"]), answers = new SortedSet<string>(StringComparer.Ordinal));
        if (answer != RecordedMachine.Spell(null))
            answers.Add(answer);
    }

    // Of an operation that waits the recorder has no errno yet.
    private static string Expected(Row row) =>
        row["note"] is "WAITS" or "no" || row["note"].StartsWith("still waits", StringComparison.Ordinal) ? RecordedMachine.Spell(null) : row["errno"];

    private static string Difference(Row row, string expected, IReadOnlyList<PossibleWorld> said)
    {
        var lines = new List<string>
        {
            $"{row.File}:{row.Line}: {Named(row)}: recorded {expected}, {row["note"]}",
            $"  model: {string.Join(" | ", said.Select(world => RecordedMachine.Spell(world.Answer)).Distinct())}",
        };
        lines.AddRange(EventText.Of(said[0]).Select(text => "    " + text));
        return string.Join(Environment.NewLine, lines);
    }
}
