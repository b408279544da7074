using Actors.Shell;
using Shell.Tests.Support;

namespace Shell.Tests;

/// <summary>Where a fault point may fail, a live run takes one way, and its journal says which.</summary>
public sealed class FaultTests
{
    private const int Seeds = 40;

    [Fact]
    public void Journal_WhenRequestsMayFail_FoldsToTheActorsStates()
    {
        var branches = new HashSet<int>();
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var model = Models.Shipped("export-faults", Models.Revision("M73"));
            var journal = new MemorySink();
            using var run = new ControlledRun(model, journal, _ => ScriptWork.ForAll(model), (ulong)seed);

            run.GoByChance(new Random(seed));

            Assert.Equal(RunEnd.Finished, run.Ended);
            Assert.Null(Folded.Complaint(Folded.Of(model, journal.Entries), journal.Entries.Count, run.DifferenceFrom));
            branches.UnionWith(journal.Entries.Select(entry => entry.Branch));
        }

        Assert.Contains(0, branches);
        Assert.True(branches.Count > 1, "no request has failed");
    }

    [Fact]
    public void Journal_WhenMachinesRestartAndRequestsMayFail_FoldsToTheActorsStates()
    {
        var restarts = 0L;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var model = Models.Shipped("export-faults", Models.Revision("M73"));
            var journal = new MemorySink();
            var faults = new Random(-seed);
            var left = 20;
            using var run = new ControlledRun(model, journal, _ => ScriptWork.ForAll(model), (ulong)seed, snapshotInterval: 3);

            run.GoByChance(new Random(seed), () =>
            {
                if (left > 0 && faults.Next(20) == 0)
                {
                    left--;
                    run.Run.Fail(faults.Next(model.Machines.Count));
                }

                return false;
            });

            Assert.Equal(RunEnd.Finished, run.Ended);
            Assert.Null(Folded.Complaint(Folded.Of(model, journal.Entries), journal.Entries.Count, run.DifferenceFrom));
            restarts += run.Run.Metrics.Restarts;
        }

        Assert.True(restarts > 0);
    }
}
