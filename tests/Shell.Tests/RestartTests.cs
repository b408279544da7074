using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Shell;
using Shell.Tests.Support;
using Xunit.Abstractions;

namespace Shell.Tests;

/// <summary>Machine actors that fail in the middle of a live storm come back from their journal, and nobody notices.</summary>
public sealed class RestartTests(ITestOutputHelper output)
{
    private const int RequestsPerTask = 60;
    private const int FaultsMax = 400;

    [Theory]
    [InlineData("M73", GrantPolicy.Ordered, 10_000)]
    [InlineData("M73", GrantPolicy.Barging, 3)]
    [InlineData("S0", GrantPolicy.Ordered, 1)]
    [InlineData("S0", GrantPolicy.Barging, 50)]
    public async Task Storm_WhenMachinesRestart_EndsAndFolds(string revision, GrantPolicy policy, int snapshotInterval)
    {
        var (restarts, steps) = (0L, 0);
        for (var seed = 1; seed <= 5; seed++)
        {
            var model = Models.OfStorm(Models.Revision(revision), policy);
            var memory = new MemorySink();
            var journal = new ObservedSink(memory);
            await using var storm = new LiveStorm(model, journal, run => BoundedWork.ForAll(run, RequestsPerTask), (ulong)seed, snapshotInterval);
            journal.OnAppend = FaultEvery(5, storm.Run, model, seed);

            await storm.GoAsync();
            await storm.Run.DisposeAsync();

            storm.AssertFolds(memory.Entries);
            restarts += storm.Run.Metrics.Restarts;
            steps += memory.Entries.Count;
        }

        output.WriteLine($"{revision} {policy}, snapshots every {snapshotInterval}: 5 storms, {steps} steps, {restarts} restarts, 0 divergences");
        Assert.True(restarts > 0);
    }

    [Fact]
    public async Task StormInSqlite_WhenMachinesRestart_EndsAndFolds()
    {
        var model = Models.OfStorm(Models.Revision("M73"), GrantPolicy.Barging);
        using var file = new TemporaryJournal(model, 1);
        using var sink = new StoreSink(file.Store);
        var journal = new ObservedSink(sink);
        await using var storm = new LiveStorm(model, journal, run => BoundedWork.ForAll(run, RequestsPerTask), 1, snapshotInterval: 4);
        journal.OnAppend = FaultEvery(5, storm.Run, model, 1);

        await storm.GoAsync();
        await storm.Run.DisposeAsync();

        storm.AssertFolds([.. file.Store.ReadAll()]);
        output.WriteLine($"{storm.Run.Metrics.Steps} steps, {storm.Run.Metrics.Restarts} restarts, 0 divergences");
        Assert.True(storm.Run.Metrics.Restarts > 0);
    }

    [Fact]
    public async Task Fail_WithoutAJournal_EndsTheRunWithTheFault()
    {
        await using var storm = new LiveStorm(Models.OfStorm(Models.Revision("M73"), GrantPolicy.Ordered), null, run => BoundedWork.ForAll(run, RequestsPerTask));

        storm.Run.Fail(0);

        await Assert.ThrowsAsync<InjectedFaultException>(storm.GoAsync);
    }

    private static Action<long> FaultEvery(int appends, LiveRun run, Model model, int seed) => number =>
    {
        if (number % appends == 0 && number / appends <= FaultsMax)
            run.Fail((int)(SplitMix.Derive((ulong)seed, (ulong)number) % (ulong)model.Machines.Count));
    };
}
