using System.Diagnostics;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>An open device file: fd table entry and references by holder.</summary>
/// <param name="FdOpen">Whether the fd table has an entry.</param>
/// <param name="AccessGranted">Whether the file may use the device (a cdev: bound to an iommufd).</param>
/// <param name="Holders">The references: the fd table entry and calls in flight.</param>
public sealed record DeviceFile(bool FdOpen, bool AccessGranted, Sequence<Holder> Holders) : MachineState
{
    private static readonly Holder Fd = new(HolderKind.Fd, 0);

    /// <summary>Never opened, or closed for good.</summary>
    public static readonly DeviceFile Closed = new(false, false, Sequence<Holder>.Empty);

    /// <summary>Open, with access to the device.</summary>
    public static readonly DeviceFile Opened = new(true, true, Sequence<Holder>.Of(Fd));

    /// <summary>Open, but the cdev is not bound to an iommufd yet.</summary>
    public static readonly DeviceFile Unbound = Opened with { AccessGranted = false };

    /// <summary>The reference of the fd table.</summary>
    public static Holder FdReference => Fd;
}

/// <summary>Kernel: fs/file.c, vfio_device_fops.</summary>
public static class DeviceFileMachine
{
    /// <summary>Handles one access.</summary>
    public static Outcome Handle(DeviceFile file, DeviceFileMessage message) => message switch
    {
        DeviceFileMessage.Fdget get => file.FdOpen
            ? Outcome.Reply(file with { Holders = Holder.Ordered(file.Holders.Add(Holder.Of(get.Task))) }, 0)
            : Outcome.Refuse(file, Errno.EBADF),
        DeviceFileMessage.Allocate allocate => file.Holders.IsEmpty
            ? Outcome.Reply(DeviceFile.Closed with { Holders = Sequence<Holder>.Of(Holder.Of(allocate.Task)) }, 0)
            : Outcome.Refuse(file, Errno.ENFILE),
        DeviceFileMessage.Fdput put => Put(file, Holder.Of(put.Task)),
        DeviceFileMessage.CloseFd close => file.FdOpen
            ? Outcome.Reply(file with { FdOpen = false, Holders = Holder.Ordered(file.Holders.Remove(DeviceFile.FdReference).Add(Holder.Of(close.Task))) }, 0)
            : Outcome.Refuse(file, Errno.EBADF),
        DeviceFileMessage.ReadAccessGranted => Outcome.Reply(file, file.AccessGranted),
        DeviceFileMessage.GrantAccess => Outcome.Done(file with { AccessGranted = true }),
        DeviceFileMessage.FdInstall install => Outcome.Done(new DeviceFile(true, install.AccessGranted, Sequence<Holder>.Of(DeviceFile.FdReference))),
        _ => throw new UnreachableException($"no rule for {message}"),
    };

    // A count has no order: the same holders are the same state, whoever came first.

    private static Outcome Put(DeviceFile file, Holder holder)
    {
        if (!file.Holders.Contains(holder))
            return Outcome.Broken(file, Reply.Done, new Violation(Property.P6, "double-put", "device file reference put by a task that holds none", Fatal: true));
        var holders = file.Holders.Remove(holder);
        return holders.IsEmpty ? Outcome.Answer(DeviceFile.Closed, new Reply(1, file.AccessGranted ? 1 : 0)) : Outcome.Reply(file with { Holders = holders }, false);
    }
}
