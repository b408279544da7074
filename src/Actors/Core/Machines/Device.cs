using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>A base address register of a function.</summary>
/// <param name="Index">0 to 5.</param>
/// <param name="SizeBytes">Length; 0 = absent.</param>
/// <param name="IsMemory">Memory, else I/O.</param>
/// <param name="IsNonMappable">Memory that must not be mapped (pdev->non_mappable_bars).</param>
/// <param name="IsForeign">Another driver has requested the region.</param>
public readonly record struct Bar(int Index, ulong SizeBytes, bool IsMemory, bool IsNonMappable = false, bool IsForeign = false);

/// <summary>Which VFIO PCI driver is bound, as far as they differ for this exporter.</summary>
public enum VariantDriver
{
    /// <summary>vfio-pci.</summary>
    VfioPci,

    /// <summary>A variant driver that sets no pci_ops.</summary>
    WithoutPciOps,

    /// <summary>hisi_acc_vfio_pci: an ioctl op of its own, and half of BAR 2 is not the user's.</summary>
    HisiAcc,

    /// <summary>nvgrace_gpu_vfio_pci: memory regions of its own, which are ready only some time after a reset.</summary>
    Nvgrace,

    /// <summary>nvgrace_gpu_vfio_pci with a part that takes minutes to be ready, and says so in configuration space (CXL).</summary>
    NvgraceCxl,
}

/// <summary>What is known of a poisoned page of a device's memory.</summary>
public enum MemoryPoison
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>The hardware has found one; memory_failure() has not handled it.</summary>
    Present,

    /// <summary>memory_failure() has handled it through the range the driver registered.</summary>
    Handled,
}

/// <summary>What is fixed about a PCI function. Named, and never part of a state by content.</summary>
/// <param name="Name">Unique within a scenario.</param>
public sealed record DeviceTraits(string Name) : INamedConstant
{
    /// <summary>A plain endpoint with PM capability, FLR and working reset: one 16 MiB memory BAR 0.</summary>
    public static readonly DeviceTraits Plain = new("plain");

    /// <summary>The PM capability is present.</summary>
    public bool HasPowerManagement { get; init; } = true;

    /// <summary>The PCIe capability offers FLR.</summary>
    public bool HasPcieFlr { get; init; } = true;

    /// <summary>The AF capability offers FLR and TP.</summary>
    public bool HasAfFlr { get; init; } = true;

    /// <summary>Some function reset works: VFIO_DEVICE_RESET is offered.</summary>
    public bool ResetWorks { get; init; } = true;

    /// <summary>An SR-IOV virtual function: no_command_memory.</summary>
    public bool IsVirtualFunction { get; init; }

    /// <summary>A reset of its slot or bus is possible.</summary>
    public bool HasBusReset { get; init; } = true;

    /// <summary>A bus reset answers -ENOTTY: the functions behind the bridge are not seen again in time.</summary>
    public bool BusResetTimesOut { get; init; }

    /// <summary>P2PDMA can be set up for the function.</summary>
    public bool HasP2p { get; init; } = true;

    /// <summary>The driver that is bound.</summary>
    public VariantDriver Driver { get; init; }

    /// <summary>nvgrace_gpu_vfio_pci is bound, with memory regions of its own.</summary>
    public bool IsNvgrace => Driver is VariantDriver.Nvgrace or VariantDriver.NvgraceCxl;

    /// <summary>The BARs.</summary>
    public Sequence<Bar> Bars { get; init; } = Sequence<Bar>.Of(new Bar(0, 16 << 20, true));

    /// <summary>Physical address of the first BAR; the others follow in ascending order, naturally aligned.</summary>
    public ulong BaseAddress { get; init; } = 0xe000_0000;

    /// <summary>What a bus address is more than the physical address of the same byte of a memory BAR.</summary>
    public ulong BusOffset { get; init; }

    /// <summary>The function is locked for a confidential guest: its MMIO is private, reached by trusted requests only.</summary>
    public bool HasPrivateMmio { get; init; }

    /// <summary>The BAR of a region; of size 0 when it is absent.</summary>
    public Bar BarAt(uint region) => Bars.FirstOrDefault(bar => bar.Index == region);

    /// <summary>How many bytes of a region the driver lets its user have.</summary>
    public ulong GrantedBytes(uint region) => Driver == VariantDriver.HisiAcc && region == 2 ? BarAt(region).SizeBytes / 2 : BarAt(region).SizeBytes;
}

/// <summary>vdev->vconfig as far as this model reads it.</summary>
/// <param name="Memory">The virtual COMMAND.mem bit.</param>
public sealed record Vconfig(bool Memory);

/// <summary>A VFIO PCI device: driver state, PCI function state, registration and runtime PM.</summary>
public sealed record Device : MachineState
{
    /// <summary>What is fixed.</summary>
    public required DeviceTraits Traits { get; init; }

    /// <summary>The driver's device object exists: from probe to the end of unbind.</summary>
    public bool HasDriver { get; init; }

    /// <summary>vdev->dmabufs and memory_lock were initialised by the init op.</summary>
    public bool CoreInitialised { get; init; }

    /// <summary>On dev_set->device_list.</summary>
    public bool InDevSet { get; init; }

    /// <summary>sriov_active: the function's VFs exist or are being created.</summary>
    public bool SriovActive { get; init; }

    /// <summary>Bound to the driver and registered: user space can find it.</summary>
    public bool Findable { get; init; }

    /// <summary>The registration refcount, by holder.</summary>
    public Sequence<Holder> RegistrationHolders { get; init; } = Sequence<Holder>.Empty;

    /// <summary>device->comp is done: the last registration reference has gone.</summary>
    public bool RegistrationGone { get; init; }

    /// <summary>vfio_device.open_count.</summary>
    public int OpenCount { get; init; }

    /// <summary>vdev->vconfig; null is NULL.</summary>
    public Vconfig? Vconfig { get; init; }

    /// <summary>pdev->current_state.</summary>
    public PowerState PowerState { get; init; }

    /// <summary>vdev->pm_runtime_engaged.</summary>
    public bool PmEngaged { get; init; }

    /// <summary>vdev->pm_wake_eventfd_ctx is set.</summary>
    public bool WakeEventfd { get; init; }

    /// <summary>Runtime-PM usage count, by holder.</summary>
    public Sequence<Holder> UsageHolders { get; init; } = Sequence<Holder>.Empty;

    /// <summary>Runtime-PM status.</summary>
    public RpmStatus RpmStatus { get; init; }

    /// <summary>An idle suspend is queued on the PM work queue.</summary>
    public bool SuspendQueued { get; init; }

    /// <summary>The function is in reset.</summary>
    public bool InReset { get; init; }

    /// <summary>What somebody outside vfio does to the function.</summary>
    public Disturbance Disturbance { get; init; }

    /// <summary>The function decodes its memory BARs (physical COMMAND.mem; a VF decodes whatever it says).</summary>
    public bool DecodeOn { get; init; }

    /// <summary>Decode as saved by pci_dev_save_and_disable().</summary>
    public bool SavedDecode { get; init; }

    /// <summary>vfio has requested the BAR regions.</summary>
    public bool RegionsOwned { get; init; }

    /// <summary>vdev->dmabufs, in list order.</summary>
    public Sequence<DmaBufId> DmaBufs { get; init; } = Sequence<DmaBufId>.Empty;

    /// <summary>vdev->bars_revoked: the shadow of what move last asked for (the unmerged mmap series).</summary>
    public bool BarsRevoked { get; init; }

    /// <summary>User PTEs into the BARs exist.</summary>
    public bool UserPtes { get; init; }

    /// <summary>vdev->needs_reset: the last close could not reset the function, a reset of its bus is due.</summary>
    public bool NeedsReset { get; init; }

    /// <summary>nvdev->reset_done: the function was reset, and the driver has not found its memory ready since (nvgrace).</summary>
    public bool ResetDone { get; init; }

    /// <summary>Its memory is not ready yet after a reset, whatever the driver knows (nvgrace).</summary>
    public bool NotReady { get; init; }

    /// <summary>A poisoned page of its memory.</summary>
    public MemoryPoison Poison { get; init; }

    /// <summary>vdev->irq_type: interrupts are configured, where a path asks for it.</summary>
    public bool InterruptsConfigured { get; init; }

    /// <summary>vdev->liveupdate_frozen: frozen for a live update, until the device is closed.</summary>
    public bool Frozen { get; init; }

    /// <summary>ME(v); only with vconfig present.</summary>
    public bool MemoryEnabled => !Frozen && PowerState < PowerState.D3hot && (Traits.IsVirtualFunction || Vconfig!.Memory);

    /// <summary>Why a peer's access would not be answered by the function as vfio's own, or null when it would: the reason and the function that did it.</summary>
    public (string Reason, string Function)? Inaccessible =>
        Disturbance != Disturbance.None ? Disturbed(Disturbance)
        : Poison == MemoryPoison.Present ? ("a page of its memory is poisoned", "memory_failure")
        : InReset ? ("the function is in reset", "__pci_reset_function_locked")
        : !RegionsOwned && Vconfig is not null ? ("vfio has not requested the BAR regions", "vfio_pci_core_enable")
        : !RegionsOwned ? ("the BAR regions are released", "vfio_pci_core_disable")
        : PowerState != PowerState.D0 || RpmStatus == RpmStatus.Suspended ? ("the function is suspended", "pci_set_power_state")
        : !DecodeOn && !Traits.IsVirtualFunction ? ("memory decode is off", "PCI_COMMAND")
        : NotReady ? ("its memory is not ready yet after a reset", "__pci_reset_function_locked")
        : Poison == MemoryPoison.Handled ? ("memory_failure() has handled a poisoned page of its memory", "memory_failure_pfn")
        : null;

    private static (string Reason, string Function) Disturbed(Disturbance disturbance) => disturbance switch
    {
        Disturbance.SysfsReset => ("it is reset through sysfs", "reset_store"),
        Disturbance.ErrorRecovery => ("error recovery resets its link", "pcie_do_recovery"),
        Disturbance.ConfigurationLost => ("error recovery has lost its configuration", "pcie_do_recovery"),
        Disturbance.Removed => ("it was removed", "pciehp_unconfigure_device"),
        Disturbance.None => ("", ""),
    };
}
