using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Tests.Simulation;

namespace Actors.Tests.Exploration;

/// <summary>Transactions over ww_mutexes in a whole scenario: they back off, and without that they lock up.</summary>
public sealed class TransactionTests
{
    [Fact]
    public void Submit_InBothOrders_BacksOffAndEnds()
    {
        var result = Explore(KernelRevisions.M73);

        Assert.Empty(result.Findings);
        Assert.Contains(result.Exercised.OfType<Step.Send>(), step => step.Text.StartsWith("drm_exec_lock_contended()", StringComparison.Ordinal));
    }

    [Fact]
    public void Submit_WhenItDoesNotLetGo_LocksUp()
    {
        var stubborn = KernelRevisions.M73 with { Edits = Sequence<PathEdit>.Of(new PathEdit.Drop("xe_exec_ioctl", "if (exec->contended) drm_exec_unlock_all(exec)")) };

        Assert.Contains(Explore(stubborn).Findings, witness => witness.Finding.Violation.Property is Property.P9 or Property.Locks);
    }

    private static ExplorationResult Explore(KernelRevision revision) =>
        new Explorer(new Model(revision, ShippedScenarios.Read("submit-both-orders"), GrantPolicy.Barging), new ExplorerOptions()).Run();
}
