using Actors.Core.Scenarios;
using Actors.Exploration.Sampling;

namespace Actors.Tests.Exploration.Sampling;

public sealed class CensusTests
{
    [Fact]
    public void Estimate_WhenFew_IsExact()
    {
        var census = new Census();

        foreach (var hash in new ulong[] { 0, 1, 2, 2, 3, 3, 3 })
            census.Add(hash);

        Assert.Equal(new TraceEstimate(7, 4, 2, IsExact: true), census.Estimate);
        Assert.Equal(2.0 / 7, census.Estimate.UnseenMass);
    }

    [Fact]
    public void Estimate_WhenNothingWasSeen_LeavesEverythingUnseen() => Assert.Equal(1, new Census().Estimate.UnseenMass);

    [Fact]
    public void Estimate_WhenMany_IsNearAndDoesNotDependOnTheOrder()
    {
        var hashes = Enumerable.Range(0, 100_000).Select(number => SplitMix.Derive(5, (ulong)number)).ToArray();
        var twice = hashes.Concat(hashes.Take(25_000)).ToArray();
        var (forward, backward) = (new Census(kept: 4096), new Census(kept: 4096));

        foreach (var hash in twice)
            forward.Add(hash);
        foreach (var hash in twice.Reverse())
            backward.Add(hash);

        Assert.Equal(forward.Estimate, backward.Estimate);
        Assert.False(forward.Estimate.IsExact);
        Assert.InRange(forward.Estimate.Distinct, 93_000, 107_000);
        Assert.InRange(forward.Estimate.UnseenMass, 0.55, 0.65);
    }

    [Fact]
    public void Trace_WhenIndependentStepsAreSwapped_IsTheSame()
    {
        var (one, other) = (Fresh(), Fresh());

        one.Send(0, 0, 2, writes: true);
        one.Send(1, 0, 3, writes: true);
        other.Send(1, 0, 3, writes: true);
        other.Send(0, 0, 2, writes: true);

        Assert.Equal(one.Value, other.Value);
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)]
    public void Trace_WhenStepsOnOneMachineAreSwapped_DiffersIfOneWrites(bool firstWrites, bool secondWrites, bool differs)
    {
        var (one, other) = (Fresh(), Fresh());

        one.Send(0, 0, 2, firstWrites);
        one.Send(1, 0, 2, secondWrites);
        other.Send(1, 0, 2, secondWrites);
        other.Send(0, 0, 2, firstWrites);

        Assert.Equal(differs, one.Value != other.Value);
    }

    [Fact]
    public void Trace_WhenACheckMovesPastAWriteItReads_Differs()
    {
        var (one, other, apart) = (Fresh(), Fresh(), Fresh());

        one.Check(0, 0, [2, 3]);
        one.Send(1, 0, 3, writes: true);
        other.Send(1, 0, 3, writes: true);
        other.Check(0, 0, [2, 3]);
        apart.Check(0, 0, [2]);
        apart.Send(1, 0, 3, writes: true);

        Assert.NotEqual(one.Value, other.Value);
        Assert.NotEqual(one.Value, apart.Value);
    }

    [Fact]
    public void Trace_WhenAnotherChoiceIsTaken_Differs()
    {
        var (one, other) = (Fresh(), Fresh());

        one.Send(0, 0, 2, writes: true);
        other.Send(0, 1, 2, writes: true);

        Assert.NotEqual(one.Value, other.Value);
    }

    private static TraceHash Fresh()
    {
        var trace = new TraceHash(2, 4);
        trace.Clear();
        return trace;
    }
}
