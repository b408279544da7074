using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;
using Xunit.Abstractions;

namespace Actors.Tests.GroundTruth;

/// <summary>answers.csv: for each case and operation every answer ever seen, over all devices and runs.</summary>
public sealed class AnswersTests(ITestOutputHelper output)
{
    private const int ReportsMax = 8;

    // Every row of these is answered.
    private static readonly string[] Whole = ["import", "ranges", "iommufd", "unbind"];

    [Fact]
    public void M73_WhenExportIsAsked_AnswersTheMatrixAsRecorded() =>
        Check("matrix", (rows, machines, tally) =>
        {
            foreach (var row in rows)
                AnswerOfCase.Compare(tally, row, machines.SelectMany(machine => Matrix(row, machine)));
        });

    [Theory]
    [InlineData("life")]
    [InlineData("unbind")]
    [InlineData("import")]
    [InlineData("ranges")]
    public void M73_WhenACaseIsPlayed_AnswersAsRecorded(string section) =>
        Check(section, (rows, machines, tally) =>
        {
            foreach (var played in rows.GroupBy(row => row["case"]))
                CasePlayer.Play([.. played], machines, tally);
        });

    [Fact]
    public void M73_WhenIommufdMapsABuffer_AnswersAsRecorded() =>
        Check("iommufd", (rows, machines, tally) =>
        {
            foreach (var played in rows.GroupBy(row => row["case"]))
                IommufdPlayer.Play([.. played], machines, tally);
        });

    [Fact]
    public void Sections_WhenNothingHereAnswersThem_AreListed()
    {
        var known = new[] { "matrix", "life", "unbind", "import", "ranges", "iommufd", "stuck" };
        var tally = new Tally("other-sections");

        foreach (var row in Recordings.Current.Read("answers.csv").Where(row => !known.Contains(row["section"])))
            tally.AddNotCovered($"section {row["section"]}: no test knows this section", AnswerOfCase.Named(row));

        tally.Report(output);
    }

    private static IEnumerable<Said> Matrix(Row row, RecordedMachine machine)
    {
        if (OtherFiles.Read(row["case"]) is { } file)
            return [OtherFiles.Answer(file, row, machine)];
        var asked = MatrixCases.Read(row["case"], machine.Traits);
        if (asked.NotUnderstood.Length > 0)
            return [Said.NotCovered(machine, $"case text not understood: '{asked.NotUnderstood}'")];
        if (!asked.Applies)
            return [];
        var run = machine.Copy().Run;
        run.Forget();
        run.Request(RecordedMachine.Recorder, new Request.ExportDmaBuf(machine.File, new DmaBufId(0), asked.Arguments), asked.Faults);
        return [Said.Of(machine, run)];
    }

    private void Check(string section, Action<IReadOnlyList<Row>, IReadOnlyList<DeviceTraits>, Tally> check)
    {
        var rows = Recordings.Current.Read("answers.csv").Where(row => row["section"] == section).ToArray();
        var tally = new Tally(section);

        check(rows, [.. Recordings.Current.Devices().Values], tally);

        tally.Report(output);
        Assert.True(rows.Length == 0 || tally.Checked > 0, "nothing was checked");
        Assert.True(!Whole.Contains(section) || tally.NotCovered == 0 || Recordings.Current.Folder != Recordings.Bundled.Folder, $"{tally.NotCovered} rows not covered");
        Assert.True(tally.Different.Count == 0, string.Join(Environment.NewLine, tally.Different.Take(ReportsMax).Prepend($"{tally.Different.Count} rows differ")));
    }

    private void Check(string section, Action<IReadOnlyList<Row>, IReadOnlyList<RecordedMachine>, Tally> check) =>
        Check(section, (IReadOnlyList<Row> rows, IReadOnlyList<DeviceTraits> devices, Tally tally) =>
            check(rows, [.. devices.Select(traits => RecordedMachine.Fresh(traits, buffers: 1))], tally));
}
