using Actors.Core.Machines;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core.Revisions;

public sealed class PathEditTests
{
    private const string Function = "f";

    [Fact]
    public void Drop_WhenStepIsALock_DropsQueueAndGrant() =>
        Assert.Equal(["a", "unlock", "b", "return"], Texts(Locked(), new PathEdit.Drop(Function, "lock")));

    [Fact]
    public void DropSection_WhenLockAndReleaseAreNamed_KeepsWhatTheyEnclosed() =>
        Assert.Equal(["a", "b", "return"], Texts(Locked(), new PathEdit.DropSection(Function, "lock", "unlock")));

    [Fact]
    public void Drop_WhenStepIsATest_DropsReadBodyAndElse() =>
        Assert.Equal(["z", "return"], Texts(Tested(), new PathEdit.Drop(Function, "if (x)")));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void DropTest_WhenBodyHasAnElse_AlwaysRunsTheBody(int argument) =>
        Assert.Equal(["if (x)", "body", "z"], Run(Tested(), argument, new PathEdit.DropTest(Function, "if (x)")));

    [Theory]
    [InlineData(0, "if (x)", "other")]
    [InlineData(1, "if (x)", "z", "body")]
    public void Move_WhenStepEntersABranch_RunsInThatBranchOnly(int argument, params string[] expected) =>
        Assert.Equal(expected, Run(Tested(), argument, new PathEdit.Move(Function, "z", "body")));

    [Theory]
    [InlineData(0, "z", "if (x)", "other")]
    [InlineData(1, "z", "if (x)", "body")]
    public void Move_WhenBeforeATest_KeepsTheBranches(int argument, params string[] expected) =>
        Assert.Equal(expected, Run(Tested(), argument, new PathEdit.Move(Function, "z", "if (x)")));

    [Theory]
    [InlineData(0, "a", "if (x)", "other")]
    [InlineData(1, "a", "if (x)", "body")]
    public void Move_WhenATestMoves_KeepsItsBranches(int argument, params string[] expected)
    {
        var path = new PathBuilder(Function);
        Test(path);
        path.Device("z", Any).Device("a", Any);

        Assert.Equal([.. expected[..1], .. expected[1..], "z"], Run(path, argument, new PathEdit.Move(Function, "a", "if (x)")));
        Assert.Equal(["z", .. expected[1..], "a"], Run(path, argument, new PathEdit.Move(Function, "if (x)", "a")));
    }

    [Fact]
    public void Swap_WhenStepsAreNeighbours_ExchangesThem() =>
        Assert.Equal(["b", "a", "return"], Texts(new PathBuilder(Function).Device("a", Any).Device("b", Any), new PathEdit.Swap(Function, "a", "b")));

    [Theory]
    [InlineData(0, "if (x)", "other", "body")]
    [InlineData(1, "if (x)", "z", "body")]
    public void Swap_WhenOneStepIsLastInABranch_LeavesTheOtherBranchAlone(int argument, params string[] expected) =>
        Assert.Equal(expected, Run(Tested(), argument, new PathEdit.Swap(Function, "body", "z")));

    [Fact]
    public void Move_WhenStepIsARelease_TakesItsChecksAlong() =>
        Assert.Equal(
            ["check", "unlock", "a", "return"],
            Texts(new PathBuilder(Function).Device("a", Any).Check("check", Obligation.FlagAgrees).Unlock("unlock", Paths.MemoryLock), new PathEdit.Move(Function, "unlock", "a")));

    [Fact]
    public void Drop_WhenStepIsARelease_KeepsItsChecks() =>
        Assert.Equal(
            ["check", "return"],
            Texts(new PathBuilder(Function).Check("check", Obligation.FlagAgrees).Unlock("unlock", Paths.MemoryLock), new PathEdit.Drop(Function, "unlock")));

    [Fact]
    public void Move_WhenBeforeALoop_RunsOnce()
    {
        var path = new PathBuilder(Function);
        path.While("while (n)", locals => locals.Argument > 0, loop => loop.Set("n--", locals => locals with { Argument = locals.Argument - 1 }).Device("body", Any));
        path.Device("z", Any);

        Assert.Equal(["z", "body", "body"], Run(path, 2, new PathEdit.Move(Function, "z", "while (n)")));
    }

    [Fact]
    public void Repeat_WhenStepIsATest_CopiesTheWholeStatement() =>
        Assert.Equal(["if (x)", "body", "if (x)", "body", "z"], Run(Tested(), 1, new PathEdit.Repeat(Function, "if (x)", "z")));

    [Fact]
    public void Drop_WhenNamedByMark_FindsTheStep() =>
        Assert.Equal(["b", "return"], Texts(new PathBuilder(Function).At("M3").Device("a", Any).Device("b", Any), new PathEdit.Drop(Function, "M3")));

    [Fact]
    public void Drop_WhenNumbered_PicksThatOne() =>
        Assert.Equal(["a", "b", "return"], Texts(new PathBuilder(Function).Device("a", Any).Device("b", Any).Device("a", Any), new PathEdit.Drop(Function, "a#2")));

    [Theory]
    [InlineData("down_wriet(&vdev->memory_lock)", "'down_write(&vdev->memory_lock)'")]
    [InlineData("memory_lock", "'up_write(&vdev->memory_lock)'")]
    public void Drop_WhenNothingMatches_NamesTheNearestSteps(string asked, string nearest)
    {
        var error = Assert.Throws<PathEditException>(() => Mutated(new PathEdit.Drop("vfio_pci_dma_buf_cleanup", asked)));

        Assert.Contains(nearest, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Drop_WhenSeveralMatch_AsksWhich()
    {
        var error = Assert.Throws<PathEditException>(() => Mutated(new PathEdit.Drop("vfio_pci_dma_buf_move", "dma_resv_unlock(priv->dmabuf->resv)")));

        Assert.Contains("say which", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Drop_WhenFunctionIsUnknown_NamesTheNearestFunctions()
    {
        var error = Assert.Throws<PathEditException>(() => Mutated(new PathEdit.Drop("vfio_pci_dma_buf_mov", "M3")));

        Assert.Contains("'vfio_pci_dma_buf_move'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Drop_WhenStepIsTheEnd_Refuses() =>
        Assert.Throws<PathEditException>(() => Texts(new PathBuilder(Function).Device("a", Any), new PathEdit.Drop(Function, "return")));

    [Fact]
    public void Hash_WhenAPathIsEdited_Differs()
    {
        var plain = ScenarioBuilder.OneBuffer().Task(ScenarioBuilder.Flr);

        var edited = plain.Model(Revision(new PathEdit.Drop("vfio_pci_dma_buf_move", "M4")));

        Assert.NotEqual(plain.Model().Hash, edited.Hash);
    }

    private static readonly Actors.Core.Messages.DeviceMessage Any = new Actors.Core.Messages.DeviceMessage.ReadOpenCount();

    private static KernelRevision Revision(params PathEdit[] edits) => KernelRevisions.M73 with { Edits = Sequence<PathEdit>.From(edits) };

    private static CallPaths Mutated(params PathEdit[] edits) => new(Revision(edits), ScenarioBuilder.OneImporter().Task().Build().Topology);

    private static PathBuilder Locked() => new PathBuilder(Function).Device("a", Any).Lock("lock", Paths.MemoryLock).Unlock("unlock", Paths.MemoryLock).Device("b", Any);

    private static PathBuilder Test(PathBuilder path) => path
        .Device("if (x)", Any, (locals, _) => locals)
        .If("x", locals => locals.Argument != 0, body => body.Device("body", Any), other => other.Device("other", Any));

    private static PathBuilder Tested() => Test(new PathBuilder(Function)).Device("z", Any);

    private static IEnumerable<string> Texts(PathBuilder path, params PathEdit[] edits) =>
        PathEdits.Apply(path.Build(), Sequence<PathEdit>.From(edits)).Steps.Select(step => step.Text);

    // The visible steps in the order in which a task runs them.
    private static List<string> Run(PathBuilder path, int argument, params PathEdit[] edits)
    {
        var topology = ScenarioBuilder.OneBuffer().Task().Build().Topology;
        var program = PathEdits.Apply(path.Build(), Sequence<PathEdit>.From(edits));
        var task = TaskMachine.Begin(TaskState.Idle(new TaskId(0)), program, new Locals { Vdev = ScenarioBuilder.V0, Argument = argument }, topology);
        var texts = new List<string>();
        for (; !task.IsIdle; task = TaskMachine.Send(task, new Device { Traits = DeviceTraits.Plain }, topology)[0].Task)
            texts.Add(task.Next.Text);
        return texts;
    }
}
