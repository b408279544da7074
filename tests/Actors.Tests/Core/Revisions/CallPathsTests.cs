using Actors.Core.Machines;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core.Revisions;

/// <summary>What every call path of every revision keeps to, seen without running it.</summary>
public sealed class CallPathsTests
{
    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var revision in KernelRevisions.All.Append(KernelRevisions.Find("M73-nodmabuf")!))
            {
                foreach (var path in Paths(revision.Name).All)
                    all.Add(revision.Name, path.Name);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Program_WhenRead_EndsWithReturnAndJumpsWithinItself(string revision, string name)
    {
        var steps = Path(revision, name).Steps;

        Assert.IsType<Step.Return>(steps[^1]);
        Assert.All(steps.OfType<Step.Jump>(), jump => Assert.InRange(jump.To, 0, steps.Count - 1));
        Assert.DoesNotContain(steps, step => step is Step.JumpOnResults);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Program_WhenRead_HasNoDeadStep(string revision, string name)
    {
        var steps = Path(revision, name).Steps;
        var reached = new HashSet<int>();
        var open = new Stack<int>([0]);
        while (open.TryPop(out var position))
        {
            if (reached.Add(position))
                NextOf(steps, position).ToList().ForEach(open.Push);
        }

        // The return behind every function is written for those that fall off their end.
        Assert.Empty(Enumerable.Range(0, steps.Count - 1).Except(reached).Where(position => !IsElse(steps[position])).Select(position => steps[position].Text));
    }

    // Whichever way the jumps go: on return everything taken in this function is released, and nothing is released that was not taken.
    [Theory]
    [MemberData(nameof(All))]
    public void Program_WhenAnyBranchIsTaken_ReleasesWhatItLocked(string revision, string name) => Assert.Empty(WalkDevices.Contains(name) ? [] : Unbalanced(Path(revision, name)));

    // The walk itself must see: a lock that is kept, and a release without the lock.
    [Theory]
    [InlineData("vfio_pci_dma_buf_release", "up_write(&priv->vdev->memory_lock)")]
    [InlineData("vfio_pci_dma_buf_release", "down_write(&priv->vdev->memory_lock)")]
    [InlineData("pci_try_reset_function", "if (!pci_dev_trylock(dev))")]
    [InlineData("pci_try_reset_function", "pci_dev_unlock(dev)")]
    public void Program_WhenALockStepIsDropped_IsNotBalanced(string name, string step) =>
        Assert.NotEmpty(Unbalanced(PathEdits.Apply(Path("M73", name), Sequence<PathEdit>.Of(new PathEdit.Drop(name, step)))));

    // They take one lock of each device in a loop and give it back in another, or those of a transaction by the list of what it got: exploration judges them (a lock held on return to user mode).
    private static readonly string[] WalkDevices = ["vfio_pci_dev_set_hot_reset", "pci_reset_bus", "amdgpu_cs_ioctl", "xe_exec_ioctl"];

    private static IEnumerable<string> Unbalanced(Program program)
    {
        var steps = program.Steps;
        var seen = new HashSet<(int, string)>();
        var open = new Stack<(int Position, Sequence<Delegate> Held)>([(0, Sequence<Delegate>.Empty)]);
        while (open.TryPop(out var at))
        {
            if (!seen.Add((at.Position, string.Join(",", at.Held.Select(held => held.Method.Name)))))
                continue;
            var step = steps[at.Position];
            if (step is Step.Return && !at.Held.IsEmpty)
                yield return $"returns at {at.Position} with {at.Held[0].Method.Name}";
            if (step is Step.Send { Kind: SendKind.Release } given && !at.Held.Contains(given.Target))
                yield return $"{step.Text} without the lock";
            foreach (var held in After(step, at.Held))
            {
                foreach (var next in NextOf(steps, at.Position, step is Step.Send { Kind: SendKind.Try } ? held.Count > at.Held.Count : null))
                    open.Push((next, held));
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Program_WhenRead_NamesItsKernelFunction(string revision, string name) =>
        Assert.All(Path(revision, name).Steps, step => Assert.Equal(name.Split('[')[0], step.Function));

    [Fact]
    public void Programs_WhenCalled_AreThoseOfTheSameRevision()
    {
        foreach (var revision in KernelRevisions.All)
        {
            var paths = Paths(revision.Name);
            var own = paths.All.ToHashSet();

            Assert.All(paths.All.SelectMany(path => path.Steps).OfType<Step.Call>(), call => Assert.Contains(call.Callee(), own));
        }
    }

    // A trylock may or may not have taken the lock: both are followed, the test behind it picks (success falls into its body).
    private static IEnumerable<Sequence<Delegate>> After(Step step, Sequence<Delegate> held)
    {
        switch (step)
        {
            case Step.Send { Kind: SendKind.Await } taken:
                return [held.Add(taken.Target)];
            case Step.Send { Kind: SendKind.Try } tried:
                return [held, held.Add(tried.Target)];
            case Step.Send { Kind: SendKind.Release } given:
                return [held.Remove(given.Target)];
            default:
                return [held];
        }
    }

    // After a trylock the jump behind it is decided: taken means the lock test passes.
    private static IEnumerable<int> NextOf(IReadOnlyList<Step> steps, int position, bool? tried = null) => steps[position] switch
    {
        Step.Return => [],
        Step.Jump jump when IsAlways(jump) => [jump.To],
        Step.Send { Kind: SendKind.Try } when tried is { } taken && steps[position + 1] is Step.Jump test => [test.When(new Locals { Reply = taken ? 1 : 0 }) ? test.To : position + 2],
        Step.Jump jump => [position + 1, jump.To],
        _ => [position + 1],
    };

    private static bool IsAlways(Step.Jump jump) => jump.Text is "else" or "" || jump.Text.StartsWith("goto ", StringComparison.Ordinal);

    private static bool IsElse(Step step) => step is Step.Jump { Text: "else" };

    private static CallPaths Paths(string revision) => new(KernelRevisions.Find(revision)!, ScenarioBuilder.OneImporter().Task().Build().Topology);

    private static Program Path(string revision, string name) => Paths(revision).All.Single(path => path.Name == name);
}
