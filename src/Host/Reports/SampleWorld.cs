using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Host.Reports;

/// <summary>One object of each kind: call paths are shown over it, and a step's target and message are asked with it.</summary>
public static class SampleWorld
{
    private static readonly Topology Topology = new(
        Sequence<DevicePlace>.Of(new DevicePlace(DeviceTraits.Plain, 0)),
        Sequence<DeviceId>.Of(new DeviceId(0)),
        Sequence<DeviceId>.Of(new DeviceId(0)),
        Sequence<AttachmentPlace>.Of(new AttachmentPlace(new DmaBufId(0), ImporterKind.Unmaps)),
        UserTasks: 1);

    private static readonly Locals Locals = new()
    {
        Filep = new DeviceFileId(0),
        Vdev = new DeviceId(0),
        Priv = new DmaBufId(0),
        Tmp = new DmaBufId(0),
        Attach = new AttachmentId(0),
        Request = new Request.OperateFile(new DmaBufId(0), DmaBufFileOperation.Fstat),
    };

    private static readonly Locals Exporting = Locals with { Request = new Request.ExportDmaBuf(new DeviceFileId(0), new DmaBufId(0), ExportArguments.OnePage) };

    /// <summary>The call paths of a revision.</summary>
    public static CallPaths PathsOf(KernelRevision revision) => new(revision, Topology);

    /// <summary>The kind of machine a step goes to.</summary>
    public static MachineKind? TargetOf(Step.Send step) => step.Target(Locals)?.Kind;

    /// <summary>The message a step sends.</summary>
    public static Message MessageOf(Step.Send step) => step.Message(step.Function == "vfio_pci_core_feature_dma_buf" ? Exporting : Locals);

    /// <summary>The kind of lock an assertion names.</summary>
    public static MachineKind? LockOf(Step.AssertHeld step) => step.Lock(Locals)?.Kind;
}
