using System.Globalization;
using System.Text.RegularExpressions;
using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Revisions;
using Xunit.Abstractions;

namespace Actors.Tests.GroundTruth;

/// <summary>sequences.csv: random operations on one device, each row's errno, revoked bits, callback counts and mappings.</summary>
public sealed partial class SequencesTests(ITestOutputHelper output)
{
    private const string Sequences = "sequences.csv";

    private const int ReportsMax = 5;

    private readonly SortedDictionary<string, RecordedMachine> fresh = new(StringComparer.Ordinal);
    private Tally tally = new("sequences");

    [Fact]
    public void M73_WhenRequestsFollowOneAnother_AnswersAsRecorded()
    {
        var recordings = Recordings.Current;
        Assert.True(recordings.Has(Sequences) || recordings.Has("answers.csv"), $"{Recordings.Variable}: no recordings in {recordings.Folder}");

        Check(KernelRevisions.M73, recordings, _ => true);

        tally.Report(output);
        Assert.True(tally.Checked > 0 || !recordings.Has(Sequences), "nothing was checked");
        Assert.True(tally.Different.Count == 0, string.Join(Environment.NewLine, tally.Different.Take(ReportsMax).Prepend($"{tally.Different.Count} sequences differ")));
    }

    /// <summary>The comparison has teeth: another kernel does not pass.</summary>
    [Fact]
    public void S0_WhenHeldAgainstThisRecording_Differs()
    {
        tally = new Tally("sequences-s0");

        Check(KernelRevisions.S0, Recordings.Bundled, so => so.Different.Count == 0);

        tally.Report(output);
        Assert.NotEmpty(tally.Different);
    }

    private void Check(KernelRevision revision, Recordings recordings, Predicate<Tally> goesOn)
    {
        var devices = recordings.Devices();
        foreach (var sequence in recordings.Read(Sequences).GroupBy(row => (Run: row["run"], Device: row["device"], Case: CaseOf(row))))
        {
            if (!goesOn(tally))
                return;
            if (devices.TryGetValue(sequence.Key.Device, out var traits))
                Check(revision, traits, [.. sequence]);
            else
                NotCovered($"device {sequence.Key.Device} is not in the README's table", sequence);
        }
    }

    private static string CaseOf(Row row) => row["case"].Split('.')[0];

    private static string Named(Row row) => $"{row["run"]} {row["device"]} {row["case"]} {row["op"]}";

    private void Check(KernelRevision revision, DeviceTraits traits, IReadOnlyList<Row> rows)
    {
        var machine = Fresh(revision, traits, rows);
        for (var index = 0; index < rows.Count; index++)
        {
            var row = rows[index];
            if (Expected(row) is not { } expected)
            {
                NotCovered($"errno or note not understood: {row["errno"]} {row["note"]}", rows.Skip(index));
                return;
            }

            var before = machine.Copy();
            machine.Run.Forget();
            if (!Operations.Perform(machine, row["op"]))
            {
                NotCovered($"operation not known: {Operations.Parse(row["op"]).Name}", rows.Skip(index).Take(1));
                NotCovered("follows an operation not known", rows.Skip(index + 1));
                return;
            }

            var said = machine.Run.Worlds;
            machine.Run.Keep(world => Said(machine, world) == expected);
            if (machine.Run.Worlds.Count == 0)
            {
                tally.AddDifferent(Difference(machine, before, row, expected, said));
                NotCovered("follows a row that differs", rows.Skip(index + 1));
                return;
            }

            tally.AddEqual();
            foreach (var finding in machine.Run.Worlds.SelectMany(world => Trail.Events(world.Trail)).SelectMany(happened => happened.Findings))
                tally.AddFinding(finding.ToString(), Named(row));
        }
    }

    private RecordedMachine Fresh(KernelRevision revision, DeviceTraits traits, IReadOnlyList<Row> rows)
    {
        var buffers = Math.Max(1, rows.Max(row => Operations.Parse(row["op"]).Buffer) + 1);
        var key = string.Create(CultureInfo.InvariantCulture, $"{traits.Name} {buffers}");
        if (!fresh.TryGetValue(key, out var machine))
            fresh.Add(key, machine = RecordedMachine.Fresh(traits, buffers, revision: revision));
        return machine.Copy();
    }

    private void NotCovered(string reason, IEnumerable<Row> rows)
    {
        foreach (var row in rows)
            tally.AddNotCovered(reason, Named(row));
    }

    // The answer is that of the operation itself: the first request of the row.
    private static string Said(RecordedMachine machine, PossibleWorld world) => $"{RecordedMachine.Spell(world.Answers[0])} {machine.Observe(world)}".TrimEnd();

    private static string? Expected(Row row)
    {
        var buffers = row["note"].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return row["errno"].Length > 0 && buffers.All(buffer => Noted().IsMatch(buffer)) ? $"{row["errno"]} {string.Join(' ', buffers)}".TrimEnd() : null;
    }

    private static string Difference(RecordedMachine machine, RecordedMachine before, Row row, string expected, IReadOnlyList<PossibleWorld> said)
    {
        var lines = new List<string>
        {
            $"{row.File}:{row.Line}: {Named(row)}",
            $"  recorded: {expected}",
            $"  model:    {string.Join(" | ", said.Select(world => Said(machine, world)).Distinct())}",
            $"  before:   {string.Join(" | ", before.Run.Worlds.Select(before.Observe).Distinct())}",
        };
        lines.AddRange(EventText.Of(said[0]).Select(text => "    " + text));
        return string.Join(Environment.NewLine, lines);
    }

    [GeneratedRegex(@"^b\d+:r[01]i(\d+|-)m[01]$")]
    private static partial Regex Noted();
}
