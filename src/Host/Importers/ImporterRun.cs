using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Properties;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Host.Inputs;
using Actors.Host.Reports;

namespace Actors.Host.Importers;

/// <summary>One workload with one kind of importer on one revision.</summary>
/// <param name="File">The workload.</param>
/// <param name="Kind">The importer that takes the place of the file's.</param>
/// <param name="Revision">The exporter.</param>
internal sealed record ImporterRun(ScenarioFile File, ImporterKind Kind, KernelRevision Revision)
{
    /// <summary>What it is called while it runs.</summary>
    public string Title => $"{ImporterNames.Of(Kind)} in {File.Scenario.Name} on {Revision.Name}";

    /// <summary>Refuses a workload that not every importer can take.</summary>
    public static void CheckWorkload(ScenarioFile file)
    {
        if (file.Scenario.Attachments.Count == 0)
            throw new InputException($"{file.Path}: has no importer whose place others could take");
        if (file.Scenario.Attachments.Any(start => start.Attached))
            throw new InputException($"{file.Path}: an importer begins attached, and not every kind can; write 'free' and let a process attach it");
    }

    /// <summary>Explores all schedules.</summary>
    public ImporterResult Explore(long statesMax, Action<string> tell, CancellationToken cancellation)
    {
        var result = new Explorer(new Model(Revision, Scenario(), GrantPolicy.Barging), new ExplorerOptions
        {
            StatesMax = statesMax,
            Cancellation = cancellation,
            OnProgress = progress => tell(LiveProgress.Line(Title, progress)),
        }).Run();
        return new ImporterResult(
            this,
            result.Completion,
            result.States,
            result.Exercised.OfType<Step.Send>().Any(IsAttached),
            [.. result.Findings.Select(witness => witness.Finding).DistinctBy(finding => finding.Id)]);
    }

    private Scenario Scenario() => File.Scenario with
    {
        Topology = File.Scenario.Topology with { Attachments = Sequence<AttachmentPlace>.From(File.Scenario.Topology.Attachments.Select(place => place with { Kind = Kind })) },
    };

    private static bool IsAttached(Step.Send step) => SampleWorld.TargetOf(step) == MachineKind.Attachment && SampleWorld.MessageOf(step) is AttachmentMessage.Attached;
}

/// <summary>What a run came to.</summary>
/// <param name="Run">The run.</param>
/// <param name="Completion">How it ended.</param>
/// <param name="States">How many worlds it has seen.</param>
/// <param name="Attaches">Whether the exporter ever lets the importer attach.</param>
/// <param name="Findings">What it found, shallowest first.</param>
internal sealed record ImporterResult(ImporterRun Run, Completion Completion, long States, bool Attaches, IReadOnlyList<Finding> Findings);
