using Actors.Core.Properties;
using Actors.Core.Machines;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Reduction;
using Actors.Exploration.Symmetry;

namespace Actors.Tests.Exploration.Reduction;

/// <summary>The ignoring problem on two counters: one task runs in a circle, the other breaks something in the end.</summary>
public sealed class CycleWatchTests
{
    [Fact]
    public void Run_WhenATaskRunsInACircle_StillTriesTheOther()
    {
        var result = new Explorer(new TwoCounters(circle: true), new ExplorerOptions { Reduction = true }).Run();

        Assert.True(result.Reduction!.HasCycles);
        Assert.True(result.Reduction.Provisos > 0);
        Assert.Equal("the second counter has ended", Assert.Single(result.Findings).Finding.Violation.Text);
    }

    [Fact]
    public void Run_WhenBothTasksEnd_NeedsNoProvisoAndFewerWorlds()
    {
        var full = new Explorer(new TwoCounters(circle: false)).Run();

        var reduced = new Explorer(new TwoCounters(circle: false), new ExplorerOptions { Reduction = true }).Run();

        Assert.False(reduced.Reduction!.HasCycles);
        Assert.Equal((16, 7), (full.States, reduced.States));
        Assert.Equal(full.FinalFingerprint, reduced.FinalFingerprint);
        Assert.Single(reduced.Findings);
    }

    [Fact]
    public void Add_WhenSlotsStartEachOther_SeesACycle()
    {
        var watch = new CycleWatch((_, state) => (UInt128)state);
        watch.Add(1, 10, [new Edge(11, -1, 0, [(2, 20)], [], false)]);
        Assert.False(watch.HasCycle);

        watch.Add(2, 20, [new Edge(21, -1, 0, [(1, 10)], [], false)]);

        Assert.True(watch.HasCycle);
    }

    // Slots: two tasks that count to 3, each on a machine of its own. With a circle the first begins again.
    private sealed class TwoCounters(bool circle) : ITransitionSystem, IFootprints
    {
        private const int End = 3;

        public int TaskCount => 2;

        public int SlotCount => 4;

        public IFootprints Footprints => this;

        public SymmetryGroup Symmetries => SymmetryGroup.Trivial;

        public IReadOnlyList<int> Sleepers => [];

        public IReadOnlyList<object> InitialWorld() => [(0, 0), (1, 0), "machine 0", "machine 1"];

        public object Idle(int task) => (task, End);

        public PendingStep Next(int slot, object task) =>
            task.Equals(Idle(slot)) ? new PendingStep(PendingKind.Idle, -1, []) : new PendingStep(PendingKind.Send, slot + 2, []);

        public IReadOnlyList<Transition> Take(int slot, object task, object? target)
        {
            var (_, count) = ((int, int))task;
            var next = circle && slot == 0 ? (count + 1) % End : count + 1;
            var broken = new Finding(new Violation(Property.Quiescence, "assertion", "the second counter has ended"), "count", "end");
            return [new Transition((slot, next), target, [], slot == 1 && next == End ? [broken] : [], false)];
        }

        public IReadOnlyList<Transition> Check(int slot, object task, Func<int, object> world) => [];

        public UInt128 HashOf(object state) => Fingerprint.Of($"{state}");

        public IReadOnlyList<Access> Next(int slot, object task, object? target, IReadOnlyList<Transition> transitions) => [Access.Write(slot + 2)];

        public Footprint Remaining(int slot, object task, HeldSet kept)
        {
            var footprint = new Footprint(SlotCount);
            if (!task.Equals(Idle(slot)))
                footprint.Add(Access.Write(slot + 2));
            return footprint;
        }

        public HeldSet Held(object task) => default;

        public ulong KeptAwakeBy(object state) => 0;
    }
}
