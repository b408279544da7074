using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>The call paths of one revision: every kernel function as a program. One file per area; each property is one function.</summary>
public sealed partial class CallPaths
{
    private readonly Dictionary<string, Program> programs = [];
    private readonly Dictionary<string, CallPaths> sources = [];

    /// <summary>Writes all call paths of a revision over a topology.</summary>
    public CallPaths(KernelRevision revision, Topology topology)
    {
        Revision = revision;
        Topology = topology;
        Move = Define(WriteMove);
        MoveNotify = Define(WriteMoveNotify);
        Cleanup = Define(WriteCleanup);
        Release = Define(WriteRelease);
        Fput = Define(WriteFput);
        TaskWorkRun = Define(WriteTaskWorkRun);
        PutDmaBuf = Define(WriteDmaBufPut);
        Export = Define(WriteExport);
        Attach = Define(WriteAttach);
        Detach = Define(WriteDetach);
        Pin = Define(WritePin);
        Unpin = Define(WriteUnpin);
        PhysVecToSgtPath = Define(WritePhysVecToSgt);
        FreeSgtPath = Define(WriteFreeSgt);
        FlushQueue = Define(WriteFlushQueue);
        UseKeptAddress = Define(WriteUseKeptAddress);
        SetRedirect = Define(WriteSetRedirect);
        Map = Define(WriteMap);
        Unmap = Define(() => WriteUnmap(ghost: false));
        UnmapGhost = Define(() => WriteUnmap(ghost: true));
        ImporterAttach = Define(WriteImporterAttach);
        ImporterDetach = Define(WriteImporterDetach);
        ImporterPin = Define(WriteImporterPin);
        ImporterUnpin = Define(WriteImporterUnpin);
        ImporterMap = Define(WriteImporterMap);
        ImporterUnmap = Define(WriteImporterUnmap);
        ImporterDma = Define(WriteImporterDma);
        ImporterWork = Define(WriteImporterWork);
        DmaEngine = Define(WriteDmaEngine);
        CallbackAddsFence = Define(WriteCallbackAddsFence);
        CallbackRemaps = Define(WriteCallbackRemaps);
        CallbackClosesFd = Define(WriteCallbackClosesFd);
        WorkUnderMemoryLock = Define(WriteWorkUnderMemoryLock);
        PfnAccess = Define(WritePfnAccess);
        UmemMapPages = Define(WriteUmemMapPages);
        UmemUnmapPages = Define(WriteUmemUnmapPages);
        UmemRevoke = Define(WriteUmemRevoke);
        UmemRelease = Define(WriteUmemRelease);
        PinnedRegister = Define(WritePinnedRegister);
        PinnedNotified = Define(WritePinnedNotified);
        PinnedDeregister = Define(WritePinnedDeregister);
        IrdmaRegister = Define(WriteIrdmaRegister);
        IrdmaRevoke = Define(WriteIrdmaRevoke);
        Mlx5Register = Define(WriteMlx5Register);
        Mlx5Deregister = Define(WriteMlx5Deregister);
        Mlx5FirstFault = Define(WriteMlx5FirstFault);
        Mlx5PageFault = Define(WriteMlx5PageFault);
        Mlx5Invalidate = Define(WriteMlx5Invalidate);
        Mlx5Dma = Define(WriteMlx5Dma);
        AmdgpuImport = Define(WriteAmdgpuImport);
        AmdgpuNotified = Define(WriteAmdgpuNotified);
        TtmGutting = Define(WriteTtmGutting);
        TtmDelayedDelete = Define(WriteTtmDelayedDelete);
        AmdgpuValidate = Define(WriteAmdgpuValidate);
        AmdgpuFree = Define(WriteAmdgpuFree);
        AmdgpuSubmit = Define(WriteAmdgpuSubmit);
        XeImport = Define(WriteXeImport);
        XeNotified = Define(WriteXeNotified);
        XeValidate = Define(WriteXeValidate);
        XeFree = Define(WriteXeFree);
        XeSubmit = Define(WriteXeSubmit);
        AmdgpuSubmitBo = Define(WriteAmdgpuSubmitBo);
        XeSubmitBo = Define(WriteXeSubmitBo);
        AmdgpuPushBo = Define(WriteAmdgpuPushBo);
        XePushBo = Define(WriteXePushBo);
        DrmJob = Define(WriteDrmJob);
        IommufdPhysicalRange = Define(WriteIommufdPhysicalRange);
        RevokeNotify = Define(WriteRevokeNotify);
        MapFilePages = Define(WriteMapFilePages);
        ReleasePages = Define(WriteReleasePages);
        UnmapIova = Define(WriteUnmapIova);
        CopyIova = Define(WriteCopyIova);
        AddDomain = Define(WriteAddDomain);
        PinAccess = Define(WritePinAccess);
        RpmResume = Define(WriteRpmResume);
        RpmSuspend = Define(WriteRpmSuspend);
        RuntimeResume = Define(WriteRuntimeResume);
        RuntimeSuspend = Define(WriteRuntimeSuspend);
        PmGet = Define(WritePmGet);
        PmPut = Define(WritePmPut);
        FdgetDevice = Define(WriteFdgetDevice);
        FdputDevice = Define(WriteFdputDevice);
        LowPowerEntry = Define(() => WriteLowPowerEntry(wakeup: false));
        LowPowerEntryWithWakeup = Define(() => WriteLowPowerEntry(wakeup: true));
        LowPowerExit = Define(WriteLowPowerExit);
        CommandWrite = Define(WriteCommandWrite);
        PowerStateWrite = Define(WritePowerStateWrite);
        PcieFlrWrite = Define(() => WriteFlrWrite(advancedFeatures: false));
        AfFlrWrite = Define(() => WriteFlrWrite(advancedFeatures: true));
        ConfigRead = Define(WriteConfigRead);
        TryResetFunction = Define(WriteTryResetFunction);
        DeviceReset = Define(WriteDeviceReset);
        GetInfo = Define(WriteGetInfo);
        BarRead = Define(WriteBarRead);
        BarFault = Define(WriteBarFault);
        SignalIoeventfd = Define(WriteSignalIoeventfd);
        MmapBar = Define(WriteMmapBar);
        NvgraceCheckReady = Define(WriteNvgraceCheckReady);
        NvgraceRead = Define(WriteNvgraceRead);
        NvgraceFault = Define(WriteNvgraceFault);
        MemoryFailure = Define(WriteMemoryFailure);
        Enable = Define(WriteEnable);
        Disable = Define(WriteDisable);
        CloseDevice = Define(WriteCloseDevice);
        DfOpen = Define(WriteDfOpen);
        DfClose = Define(WriteDfClose);
        FopsRelease = Define(WriteFopsRelease);
        OpenFile = Define(WriteOpenFile);
        OpenCdev = Define(WriteOpenCdev);
        BindIommufd = Define(WriteBindIommufd);
        CloseFile = Define(WriteCloseFile);
        Ioctl = Define(WriteIoctl);
        ConfigWrite = Define(WriteConfigWrite);
        Unregister = Define(WriteUnregister);
        Unbind = Define(WriteUnbind);
        InitDevice = Define(WriteInitDevice);
        Bind = Define(WriteBind);
        ResetBus = Define(WriteResetBus);
        DevSetTryReset = Define(WriteDevSetTryReset);
        DevSetHotReset = Define(WriteDevSetHotReset);
        HotResetIoctl = Define(WriteHotResetIoctl);
        SetIrqs = Define(WriteSetIrqs);
        RomInfo = Define(WriteRomInfo);
        SriovStore = Define(WriteSriovStore);
        SriovConfigure = Define(WriteSriovConfigure);
        SriovDisable = Define(WriteSriovDisable);
        SysfsReset = Define(WriteSysfsReset);
        ResetFunction = Define(WriteResetFunction);
        ErrorRecovery = Define(WriteErrorRecovery);
        SurpriseRemoval = Define(WriteSurpriseRemoval);
        TryReset = Define(WriteTryReset);
        Freeze = Define(WriteFreeze);
        SetTph = Define(WriteSetTph);
        GetTph = Define(WriteGetTph);
        ImporterGetTph = Define(WriteImporterGetTph);
        CloseDmaBufFd = Define(WriteCloseDmaBufFd);
        DupDmaBufFd = Define(WriteDupDmaBufFd);
        OpenPath = Define(WriteOpenPath);
        ClosePath = Define(WriteClosePath);
        MmapDmaBuf = Define(WriteMmapDmaBuf);
        FaultDmaBuf = Define(WriteFaultDmaBuf);
        RevokeForEver = Define(WriteRevokeForEver);
        DmaBufPoll = Define(WriteDmaBufPoll);
        PollCallbackOut = Define(() => WritePollCallback(PollDirection.Out));
        PollCallbackIn = Define(() => WritePollCallback(PollDirection.In));
        EpItemPoll = Define(WriteEpItemPoll);
        EpollAdd = Define(WriteEpollAdd);
        EpollWait = Define(WriteEpollWait);
        OperateFile = Define(WriteOperateFile);
        PathEdits.CheckFunctions(revision.Edits, programs.Keys);
        foreach (var call in programs.Values.SelectMany(program => program.Steps).OfType<Step.Call>())
            _ = call.Callee();
    }

    /// <summary>The revision they are written for.</summary>
    public KernelRevision Revision { get; }

    /// <summary>The machines they run over.</summary>
    public Topology Topology { get; }

    /// <summary>All functions, in the order above.</summary>
    public IEnumerable<Program> All => programs.Values;

    private Program Define(Func<PathBuilder> write)
    {
        var program = PathEdits.Apply(write().Build(), Revision.Edits, Source);
        programs.Add(program.Name, program);
        return program;
    }

    // A function as it is without edits, here or in another revision. What it calls or starts is this revision's function of that name.
    private Program Source(StepSource from)
    {
        if (!sources.TryGetValue(from.Revision, out var paths))
        {
            var revision = from.Revision.Length == 0 ? Revision : KernelRevisions.Find(from.Revision) ?? throw new PathEditException($"unknown revision '{from.Revision}'");
            sources.Add(from.Revision, paths = new CallPaths(revision with { Edits = Sequence<PathEdit>.Empty }, Topology));
        }

        var program = paths.programs.GetValueOrDefault(from.Function)
            ?? throw new PathEditException($"{(from.Revision.Length == 0 ? "there is" : $"{from.Revision} has")} no call path '{from.Function}'; nearest: {PathEdits.Nearest(from.Function, paths.programs.Keys)}");
        return new Program(program.Name, [.. program.Steps.Select(Bound)]);
    }

    private Step Bound(Step step) => step switch
    {
        Step.Call call => call with { Callee = () => Own(call.Callee().Name) },
        Step.Send { Starts: { } starts } send => send with { Starts = (locals, topology) => Named(starts(locals, topology)) },
        _ => step,
    };

    private Start Named(Start start) => start with { Program = Own(start.Program.Name) };

    private Program Own(string name) => programs.GetValueOrDefault(name)
        ?? throw new PathEditException($"an inserted statement calls {name}, which is not there; nearest: {PathEdits.Nearest(name, programs.Keys)}");
}
