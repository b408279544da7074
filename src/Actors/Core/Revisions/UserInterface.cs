using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>What user space may be answered, whatever the revision: include/uapi/linux/vfio.h and the remarks of its reviewers. Call paths never read this.</summary>
public static class UserInterface
{
    /// <summary>What is wrong with an answer, or null. Judged from the request and the fixed traits of its device alone.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="topology">The fixed shape.</param>
    /// <param name="ret">The answer: 0 or a negated errno.</param>
    /// <param name="input">The shape of the export ioctl: a single slice has neither flags nor an array behind its struct.</param>
    public static string? Objection(Request request, Topology topology, int ret, ExportInput input) => request switch
    {
        Request.ExportDmaBuf export => Objection(export.Arguments, TraitsOf(topology, topology.Files[export.File.Index]), ret, input),
        Request.ReadBar or Request.MmapBar or Request.FaultBar when ret == -(int)Errno.EBUSY => "a BAR access is refused with EBUSY although vfio owns the function",
        Request.Bind bind when ret == -(int)Errno.ENOMEM && !TraitsOf(topology, bind.Device).HasP2p =>
            "the function cannot be bound at all because P2PDMA, which only export needs, cannot be set up",
        Request.Map when ret == -(int)Errno.EADDRINUSE => "a buffer of several ranges cannot be mapped through a translating IOMMU",
        Request.Map map when ret == -(int)Errno.EINVAL && IsOrdinary(topology, map.Attachment) => "a buffer cannot be mapped although a way leads to it",
        Request.Map when ret == -(int)Errno.EOPNOTSUPP => "map is refused with EOPNOTSUPP to an importer that could attach",
        _ => null,
    };

    // Its device is described, so that nothing else can be wrong with the way, which is there whether or not the port above redirects. Private MMIO is for trusted requests.
    private static bool IsOrdinary(Topology topology, AttachmentId attachment) =>
        topology.Attachments[attachment.Index] is { DmaDevice: { } device } place && topology.MapTypesOf(attachment) is (not MapType.NotSupported, not MapType.NotSupported)
        && (topology.DmaDevices[device.Index].Dma.Trusted || !TraitsOf(topology, topology.Buffers[place.Buffer.Index]).HasPrivateMmio);

    private static DeviceTraits TraitsOf(Topology topology, DeviceId device) => topology.Devices[device.Index].Traits;

    private static string? Objection(ExportArguments arguments, DeviceTraits traits, int ret, ExportInput input)
    {
        if (ret == 0 && !ExportValidation.Probes(arguments))
            return ObjectionToSuccess(arguments, traits, input);
        return ret == -(int)Errno.EINVAL && ExportValidation.OnlyFlagsAreWrong(traits, arguments)
            ? "unknown bits in the payload's flags are answered with EINVAL, not EOPNOTSUPP"
            : null;
    }

    private static string? ObjectionToSuccess(ExportArguments arguments, DeviceTraits traits, ExportInput input) =>
        ExportValidation.HasEmptyRange(arguments) ? "a range of no bytes is exported"
        : ExportValidation.IsNotMemory(traits, arguments) ? "a BAR that is not memory is exported"
        : ExportValidation.IsNonMappable(traits, arguments) ? "a BAR that is flagged non-mappable is exported"
        : input == ExportInput.Ranges && ExportValidation.ArgszMissesRanges(arguments) ? "ranges are read from behind argsz"
        : null;
}
