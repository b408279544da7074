using System.Diagnostics;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using static Actors.Tests.Core.ScenarioBuilder;
using Lock = Actors.Core.Machines.Lock;

namespace Actors.Tests.Core.Machines;

/// <summary>Style rule 6: the compiler cannot see that a hierarchy is closed, so every nested case is fed to the switch that discards.</summary>
public sealed class ClosedHierarchyTests
{
    private static readonly DmaBuf Buffer = new() { Phase = DmaBufPhase.Exported, Vdev = V0, Kref = 1, FdCount = 1, FileHolders = Sequence<Holder>.Of(new Holder(HolderKind.Fd, 0)), DentryCount = 1 };
    private static readonly Device Open = new() { Traits = DeviceTraits.Plain, Vconfig = new Vconfig(true) };

    public static TheoryData<Type> Messages =>
        [.. typeof(Message).Assembly.GetTypes().Where(type => type.BaseType == typeof(Message)).SelectMany(Samples.CasesOf)];

    public static TheoryData<Type> Requests => [.. Samples.CasesOf(typeof(Request))];

    public static TheoryData<Type> LocalSteps => [.. Samples.CasesOf(typeof(Step)).Where(type => type != typeof(Step.Send) && type != typeof(Step.Check))];

    public static TheoryData<Type> Edits => [.. Samples.CasesOf(typeof(PathEdit))];

    [Theory]
    [MemberData(nameof(Messages))]
    public void Handle_WhenGivenAnyMessage_HasARule(Type type)
    {
        var message = (Message)Samples.Plain(type);

        foreach (var state in StatesFor(message))
            Assert.NotNull(MachineTable.Handle(state, message));
    }

    [Fact]
    public void Handle_WhenMessageIsForAnotherMachine_IsOurMistake() =>
        Assert.Throws<UnreachableException>(() => MachineTable.Handle(Open, new DmaBufMessage.ReadRevoked()));

    [Theory]
    [MemberData(nameof(Requests))]
    public void RequestPaths_WhenGivenAnyRequest_HasAPath(Type type)
    {
        var paths = OneImporter().Task().Model().Paths;

        Assert.NotEmpty(RequestPaths.Of((Request)Samples.Plain(type), paths).Program.Steps);
    }

    [Theory]
    [MemberData(nameof(LocalSteps))]
    public void Begin_WhenProgramHasAnyLocalStep_RunsIt(Type type)
    {
        var step = (Step)Activator.CreateInstance(type, [.. type.GetConstructors()[0].GetParameters().Select(parameter => Argument(parameter.ParameterType))])!;
        var program = new Program("f", [step is Step.Jump jump ? jump with { To = 1 } : step is Step.JumpOnResults asked ? asked with { To = 1 } : step, new Step.Return("f", "return")]);

        var task = TaskMachine.Begin(TaskState.Idle(new TaskId(0)), program, new Locals { Priv = B0 }, OneBuffer().Task().Build().Topology);

        Assert.True(task.IsIdle);
    }

    [Theory]
    [MemberData(nameof(Edits))]
    public void Apply_WhenGivenAnyEdit_HasARule(Type type)
    {
        var edit = (PathEdit)type.GetConstructors()[0].Invoke([.. type.GetConstructors()[0].GetParameters().Select(parameter =>
            parameter.Name == "Function" ? "f" : parameter.ParameterType == typeof(string) ? (object)"missing" : parameter.ParameterType == typeof(StepSource) ? new StepSource("g", "") : MachineKind.MemoryLock)]);

        Assert.Throws<PathEditException>(() => PathEdits.Apply(new PathBuilder("f").Build(), Sequence<PathEdit>.Of(edit)));
    }

    private static DmaDevice OfDomain(DmaDomain domain) => new() { Dma = new ImporterDma { Domain = domain } };

    private static IEnumerable<MachineState> StatesFor(Message message) => message switch
    {
        DeviceMessage => [Open, Open with { Vconfig = null }],
        DeviceFileMessage => [DeviceFile.Closed, DeviceFile.Opened],
        DmaBufMessage => [Buffer, .. Enum.GetValues<DmaBufPhase>().Select(phase => Buffer with { Phase = phase }), DmaBuf.Unused],
        AttachmentMessage => [new Attachment { Kind = ImporterKind.Unmaps }, new Attachment { Kind = ImporterKind.Unmaps, Phase = AttachPhase.Attached, Mapped = true }],
        DmaDeviceMessage => Enum.GetValues<DmaDomain>().SelectMany(domain => new[] { OfDomain(domain), OfDomain(domain).With(new DmaMapping(A0) { HasState = true, Window = new IovaRange(4096, 4096), TableEntries = 1 }) })
            .Where(state => message is not DmaDeviceMessage.Link || !state.Mappings.IsEmpty),
        WwClassMessage => [WwClass.Idle],
        LockMessage => from shared in new[] { false, true }
                       from policy in Enum.GetValues<GrantPolicy>()
                       select LockMachine.Handle(Lock.Free(shared, policy), new LockMessage.Enqueue(new TaskId(0), LockMode.Write)).Possibilities[0].State,
        _ => throw new UnreachableException($"no machine for {message}"),
    };

    // Arguments of a step: functions that do nothing, one step away from the end.
    private static object? Argument(Type type)
    {
        if (type == typeof(Func<Program>))
            return () => new Program("g", [new Step.Return("g", "return")]);
        if (type == typeof(Func<Locals, Locals>))
            return (Locals locals) => locals;
        if (type == typeof(Func<Locals, int, Locals>))
            return (Locals locals, int _) => locals;
        if (type == typeof(Func<Locals, bool>))
            return (Locals _) => false;
        if (type == typeof(Func<Sequence<int>, bool>))
            return (Sequence<int> _) => false;
        if (type == typeof(Func<Locals, MachineRef?>))
            return (Locals _) => (MachineRef?)null;
        return Nullable.GetUnderlyingType(type) is null ? Samples.Plain(type) : null;
    }
}
