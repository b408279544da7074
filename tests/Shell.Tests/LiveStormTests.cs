using Actors.Core.Vocabulary;
using Actors.Shell;
using Shell.Tests.Support;
using Xunit.Abstractions;

namespace Shell.Tests;

/// <summary>Storms on all cores: the journal folds, and its fold is what the actors are.</summary>
public sealed class LiveStormTests(ITestOutputHelper output)
{
    private const int Seeds = 20;
    private const int RequestsPerTask = 40;

    [Theory]
    [InlineData("M73", GrantPolicy.Ordered)]
    [InlineData("M73", GrantPolicy.Barging)]
    [InlineData("S0", GrantPolicy.Ordered)]
    [InlineData("S0", GrantPolicy.Barging)]
    public async Task Journal_OfALiveStorm_FoldsToTheActorsStates(string revision, GrantPolicy policy)
    {
        var (steps, waits, findings, broken) = (0L, 0L, new SortedSet<string>(StringComparer.Ordinal), 0);
        var ends = new Dictionary<RunEnd, int>();
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            var model = Models.OfStorm(Models.Revision(revision), policy);
            var journal = new MemorySink();
            await using var storm = new LiveStorm(model, journal, run => BoundedWork.ForAll(run, RequestsPerTask), seed);

            var end = await storm.GoAsync();
            await storm.Run.DisposeAsync();

            var fold = storm.AssertFolds(journal.Entries);
            Folded.AssertBlamed(fold, end);
            var unaccepted = fold.Findings.Where(found => found.Finding.AcceptedReason(model.Revision) is null).Select(found => found.Finding.ToString()).ToArray();
            findings.UnionWith(unaccepted);
            broken += unaccepted.Length > 0 ? 1 : 0;
            steps += journal.Entries.Count;
            waits += storm.Run.Metrics.Contention.Sum(entry => entry.Waits);
            ends[end] = ends.GetValueOrDefault(end) + 1;
        }

        output.WriteLine($"{revision} {policy}: {Seeds} storms, {steps} steps, {waits} waits, 0 divergences; {string.Join(", ", ends)}; {broken} with findings:\n  {string.Join("\n  ", findings)}");
        if (revision == "S0")
            Assert.Equal(Seeds, broken);
    }

    [Fact]
    public async Task Journal_OfALiveStormInSqlite_FoldsToTheActorsStates()
    {
        var model = Models.OfStorm(Models.Revision("M73"), GrantPolicy.Ordered);
        using var journal = new TemporaryJournal(model, 1);
        using var sink = new StoreSink(journal.Store);
        await using var storm = new LiveStorm(model, sink, run => BoundedWork.ForAll(run, RequestsPerTask));

        await storm.GoAsync();
        await storm.Run.DisposeAsync();

        var entries = journal.Store.ReadAll().ToArray();
        storm.AssertFolds(entries);
        Assert.Equal(entries.Length, storm.Run.Metrics.Steps);
    }

    [Fact]
    public async Task Run_WithoutAJournal_EndsToo()
    {
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            await using var storm = new LiveStorm(Models.OfStorm(Models.Revision("M73"), GrantPolicy.Ordered), null, run => BoundedWork.ForAll(run, RequestsPerTask), seed);

            Assert.NotEqual(RunEnd.Oops, await storm.GoAsync());
        }
    }
}
