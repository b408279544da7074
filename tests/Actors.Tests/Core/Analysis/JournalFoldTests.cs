using Actors.Core.Analysis;
using Actors.Core.Journal;
using Actors.Core.Properties;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core.Analysis;

public sealed class JournalFoldTests
{
    private static readonly Model Storm = new(KernelRevisions.All.Single(revision => revision.Name == "S0"), new StormSize(2, 4, 4, 6).ToScenario(), GrantPolicy.Ordered);

    [Fact]
    public void Fold_WhenAPropertyIsOff_FindsTheOthersAlone()
    {
        var entries = Journal();
        var all = Fold(Storm, entries);

        var without = Fold(Without(Property.P2), entries);

        Assert.Contains(all.Findings, found => found.Finding.Violation.Property == Property.P2);
        Assert.Equal(all.Findings.Where(found => found.Finding.Violation.Property != Property.P2).Select(found => found.Finding.Id), without.Findings.Select(found => found.Finding.Id));
        Assert.NotEmpty(without.Findings);
        Assert.InRange(without.Checks, 1, all.Checks - 1);
    }

    [Fact]
    public void Fold_WhenAllPropertiesAreOff_ChecksNothing()
    {
        var fold = Fold(Without(Enum.GetValues<Property>()), Journal());

        Assert.Equal((null, 0), (fold.Divergence, fold.Checks));
        Assert.Empty(fold.Findings);
    }

    [Fact]
    public void RequestReplay_WhenAPropertyIsOff_FindsTheOthersAlone()
    {
        var entries = Journal();

        var all = Replay(Storm, entries);

        Assert.Contains(all, finding => finding.Violation.Property == Property.P2);
        Assert.Equal(all.Where(finding => finding.Violation.Property != Property.P2).Select(finding => finding.Id), Replay(Without(Property.P2), entries).Select(finding => finding.Id));
    }

    private static List<JournalEntry> Journal()
    {
        var entries = new List<JournalEntry>();
        var simulation = new Actors.Core.Analysis.Simulation(Storm, WorkloadProfile.Default, 7) { OnEntry = entries.Add };
        while (simulation.Step())
            simulation.Ending |= simulation.Requests >= 400;
        return entries;
    }

    private static Model Without(params Property[] off) => new(Storm.Revision, Storm.Scenario with { PropertiesOff = Sequence<Property>.Of(off) }, Storm.Policy);

    private static JournalFold Fold(Model model, List<JournalEntry> entries)
    {
        var fold = new JournalFold(model);
        foreach (var entry in entries)
        {
            if (!fold.Follow(entry))
                break;
        }

        fold.Finish();
        return fold;
    }

    private static List<Finding> Replay(Model model, List<JournalEntry> entries)
    {
        var replay = new RequestReplay(model);
        foreach (var entry in entries)
            replay.Follow(entry);
        replay.Finish([.. entries.Where(entry => entry.Call is not null).Select(_ => (int?)null)]);
        return [.. replay.Findings];
    }
}
