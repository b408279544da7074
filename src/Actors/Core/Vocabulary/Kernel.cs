namespace Actors.Core.Vocabulary;

/// <summary>PCI power states (<c>pci_power_t</c>), in the kernel's order.</summary>
public enum PowerState
{
    /// <summary>Fully on.</summary>
    D0 = 0,

    /// <summary>Light sleep.</summary>
    D1 = 1,

    /// <summary>Deeper sleep.</summary>
    D2 = 2,

    /// <summary>Off, configuration space reachable.</summary>
    D3hot = 3,

    /// <summary>Off.</summary>
    D3cold = 4,
}

/// <summary>Runtime-PM status of a device (<c>enum rpm_status</c>).</summary>
public enum RpmStatus
{
    /// <summary>RPM_ACTIVE.</summary>
    Active,

    /// <summary>RPM_RESUMING: a caller runs the resume callback.</summary>
    Resuming,

    /// <summary>RPM_SUSPENDED.</summary>
    Suspended,

    /// <summary>RPM_SUSPENDING: the work queue runs the suspend callback.</summary>
    Suspending,
}

/// <summary>What somebody outside vfio is doing, or has done, to a function.</summary>
public enum Disturbance
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is being reset through its sysfs attribute; config accesses of users are locked out.</summary>
    SysfsReset,

    /// <summary>Error recovery resets its link.</summary>
    ErrorRecovery,

    /// <summary>Error recovery has reset it; its configuration is lost until somebody writes it.</summary>
    ConfigurationLost,

    /// <summary>It has been pulled out.</summary>
    Removed,
}

/// <summary>How a lock is asked for.</summary>
public enum LockMode
{
    /// <summary>Shared: down_read().</summary>
    Read,

    /// <summary>Exclusive: down_write(), mutex_lock(), dma_resv_lock().</summary>
    Write,
}

/// <summary>Who may win a lock when several want it (design D6).</summary>
public enum GrantPolicy
{
    /// <summary>Strict FIFO: the order of the lock's mailbox is the order of acquisition.</summary>
    Ordered,

    /// <summary>What Linux really allows: any waiter or newcomer may win a free lock.</summary>
    Barging,
}

/// <summary>Who holds a reference. Every count of the model is a list of these, so that a leak or a double put has a name.</summary>
public enum HolderKind
{
    /// <summary>The registration itself (vfio_register_group_dev).</summary>
    Registered,

    /// <summary>An open device file.</summary>
    DeviceFile,

    /// <summary>An exported buffer.</summary>
    DmaBuf,

    /// <summary>An entry in the fd table.</summary>
    Fd,

    /// <summary>An importer's attachment.</summary>
    Attachment,

    /// <summary>A task, for the duration of a call.</summary>
    Task,

    /// <summary>The open device session (vfio_pci_core_enable).</summary>
    Session,

    /// <summary>Another open descriptor of the same path entry (an O_PATH descriptor): holds the dentry only.</summary>
    OPath,

    /// <summary>The VFs of a function (vfio_pci_core_sriov_configure): its power state must not be below theirs.</summary>
    VirtualFunctions,

    /// <summary>A pending poll callback of a dma-buf; index = direction.</summary>
    PollCallback,
}

/// <summary>One named reference holder.</summary>
public readonly record struct Holder(HolderKind Kind, int Index)
{
    /// <summary>The reference held by registration.</summary>
    public static readonly Holder Registered = new(HolderKind.Registered, 0);

    /// <summary>The runtime-PM reference of the open session.</summary>
    public static readonly Holder Session = new(HolderKind.Session, 0);

    /// <summary>The runtime-PM reference that a function's VFs hold while they exist.</summary>
    public static readonly Holder VirtualFunctions = new(HolderKind.VirtualFunctions, 0);

    /// <summary>Its place among the holders of one count.</summary>
    public (HolderKind Kind, int Index) Rank => (Kind, Index);

    /// <summary>The holders of a count in their order: who took first makes no difference.</summary>
    public static Sequence<Holder> Ordered(IEnumerable<Holder> holders) => Sequence<Holder>.From(holders.OrderBy(holder => holder.Rank));

    /// <summary>The reference of a pending poll callback.</summary>
    public static Holder Of(PollDirection direction) => new(HolderKind.PollCallback, (int)direction);

    /// <summary>The reference of a task.</summary>
    public static Holder Of(TaskId id) => new(HolderKind.Task, id.Index);

    /// <summary>The reference of a device file.</summary>
    public static Holder Of(DeviceFileId id) => new(HolderKind.DeviceFile, id.Index);

    /// <summary>The reference of a buffer.</summary>
    public static Holder Of(DmaBufId id) => new(HolderKind.DmaBuf, id.Index);

    /// <summary>The reference of an attachment.</summary>
    public static Holder Of(AttachmentId id) => new(HolderKind.Attachment, id.Index);

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        HolderKind.Registered => "registered",
        HolderKind.DeviceFile => $"f{Index}",
        HolderKind.DmaBuf => $"b{Index}",
        HolderKind.Fd => $"fd{Index}",
        HolderKind.Attachment => $"a{Index}",
        HolderKind.Task => $"T{Index}",
        HolderKind.Session => "session",
        HolderKind.OPath => $"O_PATH{Index}",
        HolderKind.VirtualFunctions => "VFs",
        HolderKind.PollCallback => $"poll{Index}",
    };
}

/// <summary>The properties of kernel/properties.md, the lock assertions, and the built-in ones every run judges.</summary>
public enum Property
{
    /// <summary>No access to an inaccessible function.</summary>
    P1,

    /// <summary>Flag and device agree.</summary>
    P2,

    /// <summary>Revoked means no new mapping.</summary>
    P3,

    /// <summary>Told when it is true.</summary>
    P4,

    /// <summary>On the list exactly while owned.</summary>
    P5,

    /// <summary>The registration ledger balances.</summary>
    P6,

    /// <summary>No dereference of what may be gone.</summary>
    P7,

    /// <summary>A file pointer is used only while the file's memory is valid.</summary>
    P8,

    /// <summary>Progress.</summary>
    P9,

    /// <summary>Unbind ends.</summary>
    P10,

    /// <summary>Failure changes nothing.</summary>
    P11,

    /// <summary>CPU and peers lose access together.</summary>
    P12,

    /// <summary>Lock assertions, release by a non-holder, a lock held on return to user mode.</summary>
    Locks,

    /// <summary>Answers are those that the user interface documents.</summary>
    Answers,

    /// <summary>Nothing open at quiescence: every reference has a live holder, every mapping an attachment.</summary>
    Quiescence,
}
