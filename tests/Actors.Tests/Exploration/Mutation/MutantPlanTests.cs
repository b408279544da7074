using Actors.Core.Revisions;
using Actors.Exploration.Mutation;
using Actors.Tests.Core;
using static Actors.Tests.Core.ScenarioBuilder;

namespace Actors.Tests.Exploration.Mutation;

public sealed class MutantPlanTests
{
    // The n-th of several equal texts must be the one that is meant.
    [Fact]
    public void Of_EveryCallPath_NamesTheStepsItIsAbout()
    {
        var missed = new List<string>();
        foreach (var path in OneImporter().Model().Paths.All)
        {
            foreach (var mutant in MutantPlan.Of(path).Where(mutant => mutant.Edit is PathEdit.Drop or PathEdit.DropSection))
            {
                var left = PathEdits.Apply(path, Actors.Core.Vocabulary.Sequence<PathEdit>.Of(mutant.Edit)).Steps;
                if (mutant.Positions.Any(position => left.Any(step => ReferenceEquals(step, path.Steps[position]))))
                    missed.Add($"{mutant.Edit}");
            }
        }

        Assert.Empty(missed);
    }

    [Fact]
    public void Of_ARevoke_HasEachKindOfMutation()
    {
        var move = OneImporter().Model().Paths.All.Single(path => path.Name == "vfio_pci_dma_buf_move");

        Assert.Equal(Enum.GetValues<MutationKind>(), MutantPlan.Of(move).Select(mutant => mutant.Kind).Distinct().Order());
    }
}
