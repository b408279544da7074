using Actors.Core.Machines;

namespace Actors.Core.Revisions;

/// <summary>The call paths of one revision: every kernel function as a program. One file per area; each property is one function.</summary>
public sealed partial class CallPaths
{
    private readonly Dictionary<string, Program> programs = [];

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
        Map = Define(WriteMap);
        Unmap = Define(WriteUnmap);
        ImporterAttach = Define(WriteImporterAttach);
        ImporterDetach = Define(WriteImporterDetach);
        ImporterPin = Define(WriteImporterPin);
        ImporterUnpin = Define(WriteImporterUnpin);
        ImporterMap = Define(WriteImporterMap);
        ImporterUnmap = Define(WriteImporterUnmap);
        ImporterDma = Define(WriteImporterDma);
        ImporterWork = Define(WriteImporterWork);
        DmaEngine = Define(WriteDmaEngine);
        IommufdPhysicalRange = Define(WriteIommufdPhysicalRange);
        RevokeNotify = Define(WriteRevokeNotify);
        MapFilePages = Define(WriteMapFilePages);
        ReleasePages = Define(WriteReleasePages);
        UnmapIova = Define(WriteUnmapIova);
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
        SriovConfigure = Define(WriteSriovConfigure);
        SysfsReset = Define(WriteSysfsReset);
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
        OperateFile = Define(WriteOperateFile);
        PathEdits.CheckFunctions(revision.Edits, programs.Keys);
    }

    /// <summary>The revision they are written for.</summary>
    public KernelRevision Revision { get; }

    /// <summary>The machines they run over.</summary>
    public Topology Topology { get; }

    /// <summary>All functions, in the order above.</summary>
    public IEnumerable<Program> All => programs.Values;

    private Program Define(Func<PathBuilder> write)
    {
        var program = PathEdits.Apply(write().Build(), Revision.Edits);
        programs.Add(program.Name, program);
        return program;
    }
}
