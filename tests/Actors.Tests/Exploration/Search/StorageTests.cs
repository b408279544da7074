using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Search;
using Actors.Tests.Simulation;

namespace Actors.Tests.Exploration.Search;

public sealed class StorageTests
{
    private static readonly Model Scenario = new(KernelRevisions.M73, ShippedScenarios.Read("low-power-reset-access"), GrantPolicy.Barging);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_WhenWorldsAreComparedInFull_CountsAsWithFingerprints(bool reduction)
    {
        var fingerprints = new Explorer(Scenario, new ExplorerOptions { Reduction = reduction }).Run();

        var exact = new Explorer(Scenario, new ExplorerOptions { Reduction = reduction, Storage = Storage.Exact }).Run();

        Assert.Equal(
            (fingerprints.States, fingerprints.Transitions, fingerprints.FinalFingerprint),
            (exact.States, exact.Transitions, exact.FinalFingerprint));
    }

    [Fact]
    public void Run_WhenTheBitTableIsLarge_LosesNothing()
    {
        var all = new Explorer(Scenario).Run();

        var bits = new Explorer(Scenario, new ExplorerOptions { Storage = Storage.Bitstate, BitstateBytes = 8 << 20 }).Run();

        Assert.Equal((all.States, all.FinalFingerprint), (bits.States, bits.FinalFingerprint));
        Assert.InRange(bits.OmissionProbability, 0, 1e-6);
        Assert.True(bits.BitsPerState > 1000);
    }

    [Fact]
    public void Run_WhenTheBitTableIsFull_LosesWorldsAndSaysSo()
    {
        var all = new Explorer(Scenario).Run();

        var bits = new Explorer(Scenario, new ExplorerOptions { Storage = Storage.Bitstate, BitstateBytes = 4096 }).Run();

        Assert.InRange(bits.States, 1, all.States - 1);
        Assert.True(bits.OmissionProbability > 1e-3);
    }

    [Fact]
    public void Run_WhenMemoryIsBounded_StopsThereAndKeepsWhatItFound()
    {
        var result = new Explorer(Scenario, new ExplorerOptions { MemoryMaxBytes = 700_000 }).Run();

        Assert.Equal(Completion.StoppedAtMemory, result.Completion);
        Assert.True(result.States > 1000);
        Assert.True(result.MemoryBytes >= 700_000);
    }

    [Fact]
    public void Add_WhenValuesRepeat_TellsNewOpenAndClosed()
    {
        VisitedSet[] sets = [new FingerprintSet(), new ExactSet(1), new BitstateSet(1 << 16)];

        foreach (var set in sets)
        {
            for (var value = 0; value < 5000; value++)
                Assert.Equal(Seen.New, set.Add(Spread(value), [value]));
            Assert.Equal(Seen.Open, set.Add(Spread(4999), [4999]));
            set.Close();
            for (var value = 0; value < 5000; value++)
                Assert.Equal(Seen.Closed, set.Add(Spread(value), [value]));
            Assert.Equal(Seen.New, set.Add(Spread(5000), [5000]));
            Assert.Equal(5001, set.Count);
        }
    }

    [Fact]
    public void Add_WhenTheFingerprintIsZero_StoresItOnce()
    {
        var set = new FingerprintSet();

        Assert.Equal((Seen.New, Seen.Open), (set.Add(UInt128.Zero, []), set.Add(UInt128.Zero, [])));
        Assert.Equal(1, set.Count);
    }

    private static UInt128 Spread(int value) => new((ulong)(value + 1) * 0x9e37_79b9_7f4a_7c15, (ulong)(value + 7) * 0xff51_afd7_ed55_8ccd);
}
