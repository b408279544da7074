using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>A kernel revision is data: named switches that only call paths read. Rows are in <see cref="KernelRevisions"/>.</summary>
/// <param name="Name">The tag of kernel/exporter-paths.md section 0.</param>
/// <param name="Title">What it is.</param>
/// <param name="Date">When it was posted or released.</param>
public sealed record KernelRevision(string Name, string Title, string Date)
{
    /// <summary>The row a branch is written on; empty for the line, where it is the row before.</summary>
    public string Base { get; init; } = "";

    /// <summary>CONFIG_VFIO_PCI_DMABUF.</summary>
    public bool DmaBufBuiltIn { get; init; } = true;

    /// <summary>CONFIG_DMABUF_MOVE_NOTIFY; without it the core pins an attachment when it is mapped.</summary>
    public bool MoveNotifyBuiltIn { get; init; } = true;

    /// <summary>Whether the file operations of a device take a runtime-PM reference (not in the base of 2022).</summary>
    public bool IoctlTakesRuntimePm { get; init; } = true;

    /// <summary>The shape of the export ioctl.</summary>
    public ExportInput ExportInput { get; init; }

    /// <summary>The tests of the export ioctl.</summary>
    public ExportChecks ExportChecks { get; init; }

    /// <summary>What a refused range array becomes.</summary>
    public RangesOnError RangesOnError { get; init; }

    /// <summary>How export asks the variant driver.</summary>
    public DriverTest DriverTest { get; init; }

    /// <summary>When export takes its registration reference.</summary>
    public RegistrationGet RegistrationGet { get; init; }

    /// <summary>Whether export stores <c>revoked</c> with the sign turned round.</summary>
    public bool RevokedInverted { get; init; }

    /// <summary>The unwinding after a failed fd allocation.</summary>
    public FdFailure FdFailure { get; init; }

    /// <summary>The attach op.</summary>
    public AttachTest AttachTest { get; init; }

    /// <summary>The pin op.</summary>
    public PinOp PinOp { get; init; }

    /// <summary>The map op.</summary>
    public MapTest MapTest { get; init; }

    /// <summary>The region that map uses.</summary>
    public RegionStored RegionStored { get; init; }

    /// <summary>How map fills the scatterlist.</summary>
    public SgEntries SgEntries { get; init; }

    /// <summary>The count that unmap frees the scatterlist by.</summary>
    public OrigNents OrigNents { get; init; }

    /// <summary>What IOVA windows belong to.</summary>
    public WindowOwner WindowOwner { get; init; }

    /// <summary>The width of size_t in bits.</summary>
    public int SizeBits { get; init; } = 64;

    /// <summary>The attribute of the mapping.</summary>
    public MapAttribute MapAttribute { get; init; }

    /// <summary>What stands for the exported memory.</summary>
    public Backing Backing { get; init; }

    /// <summary>The CPU half of the scatterlist.</summary>
    public CpuList CpuList { get; init; }

    /// <summary>How linked bytes are counted.</summary>
    public MappedLength MappedLength { get; init; }

    /// <summary>What the number of linked bytes begins with.</summary>
    public int MappedLengthStart { get; init; }

    /// <summary>The second range in a window.</summary>
    public SecondRange SecondRange { get; init; }

    /// <summary>What a map that fails takes back.</summary>
    public Unwinding Unwinding { get; init; }

    /// <summary>For how long map types are kept.</summary>
    public MapTypeAnswer MapTypeAnswer { get; init; }

    /// <summary>What P2PDMA makes of private MMIO.</summary>
    public PrivateMmio PrivateMmio { get; init; }

    /// <summary>The P2P providers.</summary>
    public ProviderScope ProviderScope { get; init; }

    /// <summary>The file reference of the list walks.</summary>
    public FileReference FileReference { get; init; }

    /// <summary>How epoll polls the files it watches.</summary>
    public EpollFile EpollFile { get; init; }

    /// <summary>The file's release in the dma-buf core.</summary>
    public FileRelease FileRelease { get; init; }

    /// <summary>When a revoke returns.</summary>
    public RevokeReturns RevokeReturns { get; init; }

    /// <summary>When the counter of live mappings is armed again.</summary>
    public KrefRearm KrefRearm { get; init; }

    /// <summary>Where the last close cleans up.</summary>
    public CleanupPlace CleanupPlace { get; init; }

    /// <summary>Which paths revoke.</summary>
    public RevokeSites RevokeSites { get; init; }

    /// <summary>What a path asks before it gives access back.</summary>
    public UnrevokeTest UnrevokeTest { get; init; }

    /// <summary>Whether a wake-up by eventfd and a failed COMMAND write give access back.</summary>
    public bool WakeUpAndFailedWriteUnrevoke { get; init; }

    /// <summary>When low power entry looks whether low power is engaged already.</summary>
    public EntryTest EntryTest { get; init; }

    /// <summary>When VFIO_DEVICE_RESET tries the PCI core's lock.</summary>
    public ResetLock ResetLock { get; init; }

    /// <summary>How COMMAND is read and written to size the ROM or to set up MSI.</summary>
    public CommandAccess CommandAccess { get; init; }

    /// <summary>Where nvgrace-gpu copies what it read to the user.</summary>
    public NvgraceCopy NvgraceCopy { get; init; }

    /// <summary>The end of the FLR paths.</summary>
    public AfterFlr AfterFlr { get; init; }

    /// <summary>Where hot reset revokes and un-revokes.</summary>
    public HotReset HotReset { get; init; }

    /// <summary>When BARs are requested.</summary>
    public BarSetup BarSetup { get; init; }

    /// <summary>The device's init op.</summary>
    public DeviceInit DeviceInit { get; init; }

    /// <summary>What a non-mappable BAR has.</summary>
    public NonMappableBar NonMappableBar { get; init; }

    /// <summary>How run-time flags are stored.</summary>
    public DeviceFlags DeviceFlags { get; init; }

    /// <summary>Mappings of buffers into user space.</summary>
    public DmaBufMmap DmaBufMmap { get; init; }

    /// <summary>What an un-revoke of such buffers tells importers.</summary>
    public UnrevokeNotice UnrevokeNotice { get; init; }

    /// <summary>How the revoked state is spelled.</summary>
    public StatusNames StatusNames { get; init; }

    /// <summary>What protects the list of buffers.</summary>
    public ListLock ListLock { get; init; }

    /// <summary>The permanent revoke.</summary>
    public PermanentRevoke PermanentRevoke { get; init; }

    /// <summary>When SR-IOV enable creates the VFs.</summary>
    public VfCreation VfCreation { get; init; }

    /// <summary>What nvgrace-gpu does after a reset.</summary>
    public NvgraceReady NvgraceReady { get; init; }

    /// <summary>What freezing for a live update does.</summary>
    public FreezeOp Freeze { get; init; }

    /// <summary>How steering tags are stored and read.</summary>
    public SteeringTags SteeringTags { get; init; }

    /// <summary>How iommufd maps a buffer.</summary>
    public PagesMap PagesMap { get; init; }

    /// <summary>How iommufd lets go of a buffer.</summary>
    public PagesRelease PagesRelease { get; init; }

    /// <summary>What an in-kernel access makes of a buffer in an IOAS.</summary>
    public PagesAccess PagesAccess { get; init; }

    /// <summary>The callback of a pinned RDMA umem.</summary>
    public PinnedUmemOps PinnedUmemOps { get; init; }

    /// <summary>The unwinding of a pinned RDMA umem that cannot be mapped.</summary>
    public PinnedMapFailure PinnedMapFailure { get; init; }

    /// <summary>How amdgpu is notified.</summary>
    public AmdgpuNotify AmdgpuNotify { get; init; }

    /// <summary>The name of the call that notifies attachments.</summary>
    public string NotifyCall { get; init; } = "dma_buf_move_notify";

    /// <summary>How move drops its temporary file reference.</summary>
    public string MovePut { get; init; } = "dma_buf_put(priv->dmabuf)";

    /// <summary>How cleanup drops its temporary file reference.</summary>
    public string CleanupPut { get; init; } = "dma_buf_put(priv->dmabuf)";

    /// <summary>What-if changes of call paths; empty for the rows of <see cref="KernelRevisions"/>.</summary>
    public Sequence<PathEdit> Edits { get; init; } = Sequence<PathEdit>.Empty;

    private readonly string? spelling;

    /// <summary>How a command line names it: a variant by its base and the files of its patches.</summary>
    public string Spelling
    {
        get => spelling ?? Name;
        init => spelling = value;
    }

    /// <summary>Whether a BAR mmap is backed by a dma-buf, so that move zaps.</summary>
    public bool MoveZaps => DmaBufMmap != DmaBufMmap.None;

    /// <summary>Whether live mappings are counted, so that a revoke can wait for them.</summary>
    public bool CountsMappings => RevokeReturns != RevokeReturns.AfterNotify;
}
