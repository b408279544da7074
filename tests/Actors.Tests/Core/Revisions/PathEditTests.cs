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

    [Fact]
    public void Insert_OfAnotherFunctionsStatement_BringsAllOfIt() =>
        Assert.Equal(
            ["foreign lock", "foreign lock: granted", "a", "unlock", "b", "return"],
            Texts(Locked(), new PathEdit.Insert(Function, "foreign lock", Foreign, "a"), new PathEdit.Drop(Function, "lock")));

    [Theory]
    [InlineData(0, "a", "b", "if (y)")]
    [InlineData(1, "a", "b", "if (y)", "foreign body")]
    public void Insert_OfATest_RunsItsBodyWhenItHolds(int argument, params string[] expected) =>
        Assert.Equal(expected, Run(new PathBuilder(Function).Device("a", Any).Device("b", Any), argument, new PathEdit.Insert(Function, "if (y)", Foreign, "end")));

    [Fact]
    public void Insert_OfAStatementThatGoesToALabel_Refuses() =>
        Assert.Contains("goes to a label", Assert.Throws<PathEditException>(() => Texts(Locked(), new PathEdit.Insert(Function, "if (bad)", Foreign, "a"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Insert_WhenTheStatementCallsAFunction_CallsTheOneOfThisRevision()
    {
        const string Cleanup = "vfio_pci_dma_buf_cleanup";
        var edited = Mutated(new PathEdit.Insert(Cleanup, "M4", new StepSource("vfio_pci_dma_buf_move", "MM8"), "begin"));

        var call = Assert.IsType<Step.Call>(edited.All.Single(path => path.Name == Cleanup).Steps[0]);
        Assert.Same(edited.MoveNotify, call.Callee());
        Assert.Equal(Cleanup, call.Function);
    }

    [Fact]
    public void Insert_WhenTheStatementCallsWhatIsNotThere_Refuses()
    {
        var insert = new PathEdit.Insert("vfio_pci_dma_buf_move", "M4", new StepSource("vfio_pci_dma_buf_move", "S0"), "M3");

        Assert.Contains("calls dma_buf_move_notify, which is not there; nearest: ", Assert.Throws<PathEditException>(() => Mutated(insert)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("M99", "vfio_pci_dma_buf_move", "unknown revision 'M99'")]
    [InlineData("", "vfio_pci_dma_buf_mov", "no call path 'vfio_pci_dma_buf_mov'; nearest: 'vfio_pci_dma_buf_move'")]
    public void Insert_WhenItsSourceIsUnknown_Refuses(string revision, string function, string message) =>
        Assert.Contains(message, Assert.Throws<PathEditException>(() => Mutated(new PathEdit.Insert("vfio_pci_dma_buf_cleanup", "M4", new StepSource(function, revision), "begin"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Move_ToTheEnd_StandsBeforeTheLastReturn() =>
        Assert.Equal(["b", "a", "return 0", "return 0", "return"], Texts(new PathBuilder(Function).Device("a", Any).Device("b", Any).Return("return 0", _ => 0), new PathEdit.Move(Function, "a", "end")));

    [Fact]
    public void WithoutLock_TakesItOutEverywhere()
    {
        Assert.Equal(["a", "b", "return"], Texts(Locked(), new PathEdit.WithoutLock(Function, MachineKind.MemoryLock)));
        Assert.Contains("does not take", Assert.Throws<PathEditException>(() => Texts(Locked(), new PathEdit.WithoutLock(Function, MachineKind.DmaResv))).Message, StringComparison.Ordinal);
    }

    // A trylock without its lock always succeeds, and gives nothing back.
    [Fact]
    public void WithoutLock_OfATrylock_LetsItSucceed()
    {
        var path = new PathBuilder(Function).TryLock("try", Paths.MemoryLock).If("taken", locals => locals.Reply == 1, body => body.Device("a", Any).Unlock("unlock", Paths.MemoryLock));

        Assert.Equal(["try: left out, succeeds", "taken", "a", "return"], Texts(path, new PathEdit.WithoutLock(Function, MachineKind.MemoryLock)));
    }

    [Fact]
    public void Hold_TakesTheLockFirstAndGivesItBackBeforeEachReturn()
    {
        const string Lock = "down_write(&vdev->memory_lock)";
        const string Unlock = "up_write(&vdev->memory_lock)";
        var path = new PathBuilder(Function).Device("a", Any).If("early", locals => locals.Argument == 0, body => body.Return("return")).Device("b", Any);

        Assert.Equal([Lock, $"{Lock}: granted", "a", "early", Unlock, "return", "b", Unlock, "return"], Texts(path, new PathEdit.Hold(Function, MachineKind.MemoryLock)));
        Assert.Contains("no variable", Assert.Throws<PathEditException>(() => Texts(path, new PathEdit.Hold(Function, MachineKind.DmaResv))).Message, StringComparison.Ordinal);
    }

    private static readonly StepSource Foreign = new("g", "");

    private static PathBuilder Other() => new PathBuilder("g")
        .Lock("foreign lock", Paths.MemoryLock)
        .Device("if (y)", Any, (locals, _) => locals)
        .If("y", locals => locals.Argument != 0, body => body.Device("foreign body", Any))
        .Device("if (bad)", Any, (locals, _) => locals)
        .If("bad", locals => locals.Argument != 0, body => body.Goto("out"))
        .Device("g", Any)
        .Label("out");

    private static readonly Actors.Core.Messages.DeviceMessage Any = new Actors.Core.Messages.DeviceMessage.ReadOpenCount();

    private static KernelRevision Revision(params PathEdit[] edits) => KernelRevisions.M73 with { Edits = Sequence<PathEdit>.From(edits) };

    private static CallPaths Mutated(params PathEdit[] edits) => new(Revision(edits), ScenarioBuilder.OneImporter().Task().Build().Topology);

    private static PathBuilder Locked() => new PathBuilder(Function).Device("a", Any).Lock("lock", Paths.MemoryLock).Unlock("unlock", Paths.MemoryLock).Device("b", Any);

    private static PathBuilder Test(PathBuilder path) => path
        .Device("if (x)", Any, (locals, _) => locals)
        .If("x", locals => locals.Argument != 0, body => body.Device("body", Any), other => other.Device("other", Any));

    private static PathBuilder Tested() => Test(new PathBuilder(Function)).Device("z", Any);

    private static IEnumerable<string> Texts(PathBuilder path, params PathEdit[] edits) =>
        PathEdits.Apply(path.Build(), Sequence<PathEdit>.From(edits), _ => Other().Build()).Steps.Select(step => step.Text);

    // The visible steps in the order in which a task runs them.
    private static List<string> Run(PathBuilder path, int argument, params PathEdit[] edits)
    {
        var topology = ScenarioBuilder.OneBuffer().Task().Build().Topology;
        var program = PathEdits.Apply(path.Build(), Sequence<PathEdit>.From(edits), _ => Other().Build());
        var task = TaskMachine.Begin(TaskState.Idle(new TaskId(0)), program, new Locals { Vdev = ScenarioBuilder.V0, Argument = argument }, topology);
        var texts = new List<string>();
        for (; !task.IsIdle; task = TaskMachine.Send(task, new Device { Traits = DeviceTraits.Plain }, topology)[0].Task)
            texts.Add(task.Next.Text);
        return texts;
    }
}
