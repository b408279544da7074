using Actors.Core.Analysis;
using Actors.Core.Journal;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Exploration;
using Actors.Host.Inputs;
using Actors.Persistence;

namespace Actors.Host.Reports;

/// <summary>Writes the schedules of an exploration's findings as journals, in the format of a live run (design D8): there is one replay.</summary>
public static class WitnessJournals
{
    /// <summary>Writes one journal for each finding: SCENARIO-REVISION-ID.db. An existing one is replaced.</summary>
    public static void Write(string folder, Model model, IEnumerable<Witness> witnesses)
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var witness in witnesses)
                WriteTo(Path.Combine(folder, $"{model.Scenario.Name}-{model.Revision.Name}-{witness.Finding.Id}.db"), model, witness);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JournalException)
        {
            throw new InputException(error.Message);
        }
    }

    /// <summary>Writes the journal of a run of a sample: SCENARIO-REVISION-runNUMBER.db. Answers its path.</summary>
    public static string WriteRun(string folder, Model model, Witness run, long number)
    {
        var path = Path.Combine(folder, $"{model.Scenario.Name}-{model.Revision.Name}-run{number}.db");
        try
        {
            Directory.CreateDirectory(folder);
            WriteTo(path, model, run);
            return path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JournalException)
        {
            throw new InputException(error.Message);
        }
    }

    /// <summary>Writes the journal of one finding; an existing file is replaced.</summary>
    public static void WriteTo(string path, Model model, Witness witness)
    {
        var world = new World(model);
        var recorder = new Recorder(world);
        var entries = new List<JournalEntry>();
        foreach (var (task, successor) in witness.Schedule)
        {
            if (recorder.Take(task, world.Successors(task)[successor]).Entry is { } entry)
                entries.Add(entry);
        }

        // Beside its place first, so that no half-written journal is left under the name.
        var beside = path + ".part";
        using (var store = JournalStore.Create(beside, HeaderOf(model), overwrite: true))
            store.Append(entries);
        File.Move(beside, path, overwrite: true);
    }

    private static JournalHeader HeaderOf(Model model) => new(
        JournalHeader.CurrentFormat, $"actors {HostContext.Version}", model.Revision.Name, model.Policy, ScenarioPrinter.Print(model.Scenario),
        model.Scenario.Hash, model.Hash, 0, "explorer", PatchFile.Text(model.Revision));
}
