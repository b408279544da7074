using Actors.Core.Vocabulary;

namespace Actors.Core.Messages;

/// <summary>Messages to a VFIO PCI device: one read or write of its state, as one CPU would do it.</summary>
public abstract record DeviceMessage : Message
{
    private DeviceMessage()
    {
    }

    // Memory decode, power, reset.

    /// <summary>ME(v): power state below D3hot and COMMAND.mem in vconfig (or a VF). Kernel: __vfio_pci_memory_enabled().</summary>
    public sealed record MemoryEnabled : DeviceMessage, IReadingMessage;

    /// <summary>What the BAR fault handler tests: not pm_runtime_engaged and ME(v).</summary>
    public sealed record FaultAllowed : DeviceMessage, IReadingMessage;

    /// <summary>Writes COMMAND.mem to the hardware. Kernel: pci_write_config_word().</summary>
    public sealed record WriteCommand(bool Memory) : DeviceMessage;

    /// <summary>The same for a user; waits while such accesses are locked out. Kernel: pci_user_write_config_word(), pci_cfg_access_lock().</summary>
    public sealed record WriteUserCommand(bool Memory) : DeviceMessage;

    /// <summary>Reads COMMAND.mem from the hardware. Kernel: pci_read_config_word().</summary>
    public sealed record ReadDecode : DeviceMessage, IReadingMessage;

    /// <summary>The same for a user; waits while such accesses are locked out. Kernel: pci_user_read_config_word().</summary>
    public sealed record ReadUserCommand : DeviceMessage, IReadingMessage;

    /// <summary>Stores COMMAND.mem in vconfig. Kernel: *virt_cmd, end of vfio_basic_config_write().</summary>
    public sealed record SetVconfigMemory(bool Memory) : DeviceMessage;

    /// <summary>Changes the power state. Kernel: vfio_pci_set_power_state(), pci_set_power_state().</summary>
    public sealed record SetPowerState(PowerState State) : DeviceMessage;

    /// <summary>To D0, state saved, decode off. Kernel: pci_dev_save_and_disable().</summary>
    public sealed record SaveAndDisable : DeviceMessage;

    /// <summary>The function is in reset from here. Kernel: __pci_reset_function_locked().</summary>
    public sealed record BeginReset : DeviceMessage;

    /// <summary>The function answers again.</summary>
    public sealed record EndReset : DeviceMessage;

    /// <summary>Somebody outside vfio begins to disturb the function, or has ended.</summary>
    public sealed record Disturb(Disturbance Disturbance) : DeviceMessage;

    /// <summary>Marks that VFs exist, or no longer. Kernel: vdev->sriov_active.</summary>
    public sealed record SetSriovActive(bool Active) : DeviceMessage;

    /// <summary>Reads whether VFs exist. Kernel: pci_num_vf(pdev).</summary>
    public sealed record ReadSriovActive : DeviceMessage, IReadingMessage;

    /// <summary>Marks that a reset of the function's bus is due, or no longer, under dev_set->lock. Kernel: vdev->needs_reset.</summary>
    public sealed record SetNeedsReset(bool NeedsReset) : DeviceMessage;

    /// <summary>Reads whether a reset of the function's bus is due.</summary>
    public sealed record ReadNeedsReset : DeviceMessage, IReadingMessage;

    /// <summary>Loads the storage unit that pm_runtime_engaged shares with its neighbours; answers the bit.</summary>
    public sealed record LoadFlagUnit : DeviceMessage, IReadingMessage;

    /// <summary>Stores the unit as it was loaded, with a neighbour changed.</summary>
    public sealed record StoreFlagUnit(bool Engaged) : DeviceMessage;

    /// <summary>Configuration restored, decode as before. Kernel: pci_dev_restore().</summary>
    public sealed record Restore : DeviceMessage;

    /// <summary>Reads a fixed trait of the function.</summary>
    public sealed record ReadTrait(DeviceTrait Trait) : DeviceMessage, IReadingMessage;

    /// <summary>Reads what the driver core frees when it unbinds: the device object, its P2P provider. Broken when that has happened. Kernel: devres_release_all().</summary>
    public sealed record ReadProvider : DeviceMessage, IReadingMessage;

    // Low power.

    /// <summary>engaged := true, eventfd stored, the session's usage reference dropped; -EINVAL when engaged. Kernel: vfio_pci_runtime_pm_entry().</summary>
    public sealed record EnterLowPower(bool Wakeup) : DeviceMessage;

    /// <summary>If engaged: engaged := false, the session's usage reference back, eventfd dropped. Kernel: __vfio_pci_runtime_pm_exit().</summary>
    public sealed record ExitLowPower : DeviceMessage;

    /// <summary>Reads (and signals) the stored wake eventfd. Kernel: vdev->pm_wake_eventfd_ctx.</summary>
    public sealed record SignalWakeEventfd : DeviceMessage, IReadingMessage;

    // Runtime PM (drivers/base/power/runtime.c and the PCI bus callbacks around the driver's).

    /// <summary>usage count + 1. Kernel: pm_runtime_resume_and_get(), first half.</summary>
    public sealed record UsageGet(Holder Holder) : DeviceMessage;

    /// <summary>usage count - 1; yes when an idle suspend has to be queued. Kernel: pm_runtime_put().</summary>
    public sealed record UsagePut(Holder Holder) : DeviceMessage;

    /// <summary>0 when active; 1 when the caller has to run the resume; blocks while another resumes or suspends. Kernel: rpm_resume().</summary>
    public sealed record ResumeBegin : DeviceMessage;

    /// <summary>The resume callback has returned; the status is active.</summary>
    public sealed record ResumeEnd : DeviceMessage;

    /// <summary>1 when the device may suspend now (usage 0, active), else 0. Kernel: rpm_suspend().</summary>
    public sealed record SuspendBegin : DeviceMessage;

    /// <summary>To D3hot if the function has the PM capability. Kernel: pci_finish_runtime_suspend().</summary>
    public sealed record SuspendPci : DeviceMessage;

    /// <summary>The status is suspended.</summary>
    public sealed record SuspendEnd : DeviceMessage;

    // The list of exported buffers, protected by memory_lock.

    /// <summary>The entry after the given one (or the first) and the one after that, as list_for_each_entry_safe reads them; -1 for the head.</summary>
    public sealed record NextDmaBuf(DmaBufId? After) : DeviceMessage, IReadingMessage;

    /// <summary>Appends an entry. Kernel: list_add_tail(&amp;priv->dmabufs_elm, &amp;vdev->dmabufs).</summary>
    public sealed record LinkDmaBuf(DmaBufId Buffer) : DeviceMessage;

    /// <summary>Unlinks an entry. Kernel: list_del_init(&amp;priv->dmabufs_elm).</summary>
    public sealed record UnlinkDmaBuf(DmaBufId Buffer) : DeviceMessage;

    /// <summary>Records what move was last asked for. Kernel: vdev->bars_revoked, under dmabuf_lock.</summary>
    public sealed record SetBarsRevoked(bool Revoked) : DeviceMessage;

    /// <summary>Reads what move was last asked for.</summary>
    public sealed record ReadBarsRevoked : DeviceMessage, IReadingMessage;

    // Registration.

    /// <summary>inc-not-zero; yes when a reference was taken. Kernel: vfio_device_try_get_registration().</summary>
    public sealed record TryGetRegistration(Holder Holder) : DeviceMessage;

    /// <summary>Drops a reference; the last one completes <c>device->comp</c>. Kernel: vfio_device_put_registration().</summary>
    public sealed record PutRegistration(Holder Holder) : DeviceMessage;

    /// <summary>Blocks until the last registration reference has gone. Kernel: wait_for_completion_*_timeout(&amp;device->comp).</summary>
    public sealed record WaitForRegistration : DeviceMessage, IReadingMessage;

    /// <summary>The device can be found by user space, or no longer. Kernel: vfio_device_add(), vfio_device_del().</summary>
    public sealed record SetFindable(bool Findable) : DeviceMessage;

    /// <summary>Reads whether the device can be found.</summary>
    public sealed record ReadFindable : DeviceMessage, IReadingMessage;

    /// <summary>Registration: refcount 1, completion armed.</summary>
    public sealed record Register : DeviceMessage;

    /// <summary>The driver has let go: what it allocated is freed. Kernel: device_unbind_cleanup(): devres_release_all(), dev->driver = NULL.</summary>
    public sealed record ReleaseDriver : DeviceMessage;

    /// <summary>Allocates the driver's device object. Kernel: vfio_alloc_device(); the list head and memory_lock are set up unless the init op returned early.</summary>
    /// <param name="CoreInitialised">Whether vdev->dmabufs and memory_lock were initialised.</param>
    public sealed record AllocateDevice(bool CoreInitialised) : DeviceMessage;

    /// <summary>Reads whether a driver's device object exists. Kernel: dev->driver.</summary>
    public sealed record ReadDriver : DeviceMessage, IReadingMessage;

    /// <summary>Joins or leaves the list of its dev_set, under dev_set->lock. Kernel: vfio_assign_device_set(), vfio_release_device_set().</summary>
    public sealed record SetInDevSet(bool Member) : DeviceMessage;

    /// <summary>Reads whether the device is on the list of its dev_set. Kernel: vfio_pci_is_device_in_set().</summary>
    public sealed record ReadInDevSet : DeviceMessage, IReadingMessage;

    // Open and close, under dev_set->lock.

    /// <summary>open_count + 1; answers the new count.</summary>
    public sealed record RaiseOpenCount : DeviceMessage;

    /// <summary>open_count - 1; answers the new count.</summary>
    public sealed record LowerOpenCount : DeviceMessage;

    /// <summary>Reads open_count.</summary>
    public sealed record ReadOpenCount : DeviceMessage, IReadingMessage;

    /// <summary>Decode on. Kernel: pci_enable_device().</summary>
    public sealed record EnableDevice : DeviceMessage;

    /// <summary>Decode off. Kernel: pci_disable_device(), or COMMAND written with everything off.</summary>
    public sealed record DisableDevice : DeviceMessage;

    /// <summary>Allocates vconfig from the function's configuration. Kernel: vfio_config_init().</summary>
    public sealed record ConfigInit : DeviceMessage;

    /// <summary>vconfig := NULL. Kernel: vfio_config_free().</summary>
    public sealed record ConfigFree : DeviceMessage;

    /// <summary>Requests and maps the BARs; -EBUSY when they are requested already. Kernel: vfio_pci_core_map_bars() (or lazily).</summary>
    public sealed record RequestRegions : DeviceMessage;

    /// <summary>Reads whether the BARs are requested and mapped. Kernel: vdev->barmap[bar].</summary>
    public sealed record ReadRegions : DeviceMessage, IReadingMessage;

    /// <summary>Unmaps and releases the BARs. Kernel: pci_release_selected_regions().</summary>
    public sealed record ReleaseRegions : DeviceMessage;

    // nvgrace-gpu, and its memory.

    /// <summary>Reads whether the function was reset since it was last found ready. Kernel: nvdev->reset_done.</summary>
    public sealed record ReadResetDone : DeviceMessage, IReadingMessage;

    /// <summary>The function was found ready. Kernel: end of nvgrace_gpu_check_device_ready().</summary>
    public sealed record ClearResetDone : DeviceMessage;

    /// <summary>Waits until the function's memory is ready; it always is in the end. Kernel: nvgrace_gpu_wait_device_ready().</summary>
    public sealed record WaitReady : DeviceMessage;

    /// <summary>Reads whether the function's memory is ready: one test.</summary>
    public sealed record ReadReady : DeviceMessage, IReadingMessage;

    /// <summary>Reads pm_runtime_engaged alone.</summary>
    public sealed record ReadEngaged : DeviceMessage, IReadingMessage;

    /// <summary>The hardware finds a poisoned page of the function's memory.</summary>
    public sealed record PoisonPage : DeviceMessage;

    /// <summary>The poisoned page has been handled through the range that the driver registered. Kernel: memory_failure_pfn().</summary>
    public sealed record HandlePoison : DeviceMessage;

    // Live update.

    /// <summary>Interrupts are configured. Kernel: vdev->irq_type.</summary>
    public sealed record ConfigureInterrupts : DeviceMessage;

    /// <summary>Reads whether interrupts are configured.</summary>
    public sealed record ReadInterrupts : DeviceMessage, IReadingMessage;

    /// <summary>Reads the power state. Kernel: pdev->current_state.</summary>
    public sealed record ReadPowerState : DeviceMessage, IReadingMessage;

    /// <summary>Reads whether the device is frozen. Kernel: smp_load_acquire(&amp;vdev->liveupdate_frozen).</summary>
    public sealed record ReadFrozen : DeviceMessage, IReadingMessage;

    /// <summary>The device is frozen from here. Kernel: smp_store_release(&amp;vdev->liveupdate_frozen, true).</summary>
    public sealed record Freeze : DeviceMessage;

    // CPU mappings of the BARs.

    /// <summary>Inserts a user PTE. Kernel: vmf_insert_pfn().</summary>
    public sealed record InsertPte : DeviceMessage;

    /// <summary>Removes all user PTEs of the BARs. Kernel: unmap_mapping_range().</summary>
    public sealed record Zap : DeviceMessage;
}

/// <summary>A fixed property of a function that a path reads.</summary>
public enum DeviceTrait
{
    /// <summary>vdev->reset_works: some function reset method is usable.</summary>
    ResetWorks,

    /// <summary>PCI_EXP_DEVCAP_FLR: the PCIe capability offers function level reset.</summary>
    PcieFlr,

    /// <summary>PCI_AF_CAP_FLR and PCI_AF_CAP_TP.</summary>
    AfFlr,

    /// <summary>The PM capability is present.</summary>
    PowerManagement,

    /// <summary>P2PDMA can be set up.</summary>
    P2p,

    /// <summary>A reset of the function's slot or bus is possible.</summary>
    BusReset,

    /// <summary>After a reset of its bus the function is not seen again in time.</summary>
    BusResetTimesOut,
}
