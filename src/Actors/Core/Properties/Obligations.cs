using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Core.Properties;

/// <summary>The rules behind check steps: what must hold at one instant, and over which machines (kernel/properties.md).</summary>
public static class Obligations
{
    /// <summary>Sub-kind of an access that meets something that somebody outside vfio did to the function.</summary>
    public const string EnvironmentKind = "environment";

    /// <summary>Sub-kind of an order that the kernel leaves open.</summary>
    public const string OrderKind = "order";

    private const string WrongAddress = "wrong-address";

    /// <summary>The property an obligation is part of.</summary>
    public static Property PropertyOf(Obligation obligation) => obligation switch
    {
        Obligation.AccessReachesFunction or Obligation.CopyReachesFunction or Obligation.NoMappingAlive or Obligation.MapReachesFunction
            or Obligation.MapLeadsToExport or Obligation.MapStaysInside or Obligation.MapIsAligned => Property.P1,
        Obligation.FlagAgrees => Property.P2,
        Obligation.NoMapWhileRevoked => Property.P3,
        Obligation.ToldWhenTrue => Property.P4,
        Obligation.ListMatchesOwner => Property.P5,
        Obligation.FailureChangesNothing => Property.P11,
        Obligation.AnswerIsDocumented or Obligation.TphIsWhole => Property.Answers,
        Obligation.PteOnlyWhileAccessible or Obligation.NoPteInTransition or Obligation.CpuAndPeersTogether or Obligation.CpuNotBehindPeers => Property.P12,
    };

    /// <summary>The machines a check step reads.</summary>
    public static IEnumerable<MachineRef> Footprint(TaskState task, Topology topology) =>
        ((Step.Check)task.Next).Obligations.SelectMany(obligation => Footprint(obligation, task.Top.Locals, topology))
            .Concat(((Step.Check)task.Next).Obligations.Contains(Obligation.FailureChangesNothing) ? task.Ledger.Select(entry => entry.Machine) : [])
            .Distinct();

    /// <summary>What is broken at a check step.</summary>
    public static IEnumerable<Violation> Judge(TaskState task, Topology topology, Reading reading)
    {
        var check = (Step.Check)task.Next;
        var mapped = check.Pieces is null ? null : new Lazy<MappedPieces>(() => MappedPieces.Of(task, topology, reading), isThreadSafe: false);
        return check.Obligations.SelectMany(obligation => Judge(obligation, task, topology, reading, mapped));
    }

    /// <summary>The machines that an obligation is about when the variables name these objects; none when they name nothing. The ledger of a failing request names more.</summary>
    public static IEnumerable<MachineRef> Footprint(Obligation obligation, Locals locals, Topology topology)
    {
        return obligation switch
        {
            Obligation.AccessReachesFunction or Obligation.CopyReachesFunction or Obligation.MapReachesFunction or Obligation.NoMapWhileRevoked or Obligation.MapLeadsToExport
                or Obligation.MapStaysInside or Obligation.ToldWhenTrue when locals.Priv is null => [],
            Obligation.MapLeadsToExport or Obligation.MapStaysInside or Obligation.MapIsAligned when locals.Attach is null => [],
            Obligation.PteOnlyWhileAccessible or Obligation.NoPteInTransition or Obligation.FlagAgrees or Obligation.ListMatchesOwner
                or Obligation.NoMappingAlive or Obligation.CpuAndPeersTogether or Obligation.CpuNotBehindPeers when locals.Vdev is null => [],
            Obligation.AccessReachesFunction or Obligation.CopyReachesFunction or Obligation.MapReachesFunction => [MachineRef.Of(topology.Buffers[locals.Priv!.Value.Index])],
            Obligation.NoMapWhileRevoked => [MachineRef.Of(locals.Priv!.Value)],
            Obligation.MapLeadsToExport or Obligation.MapStaysInside or Obligation.MapIsAligned =>
                topology.Attachments[locals.Attach!.Value.Index].DmaDevice is { } device ? [MachineRef.Of(locals.Priv!.Value), MachineRef.Of(device)] : [MachineRef.Of(locals.Priv!.Value)],
            Obligation.PteOnlyWhileAccessible or Obligation.NoPteInTransition or Obligation.CpuNotBehindPeers => [MachineRef.Of(locals.Vdev!.Value)],
            Obligation.FlagAgrees or Obligation.ListMatchesOwner =>
                topology.BuffersOf(locals.Vdev!.Value).Select(MachineRef.Of).Prepend(MachineRef.Of(locals.Vdev.Value)),
            Obligation.NoMappingAlive => AttachmentsOf(locals.Vdev!.Value, topology).Select(MachineRef.Of),
            Obligation.CpuAndPeersTogether => AttachmentsOf(locals.Vdev!.Value, topology).Select(MachineRef.Of)
                .Concat(topology.BuffersOf(locals.Vdev.Value).Select(MachineRef.Of)).Prepend(MachineRef.Of(locals.Vdev.Value)),
            Obligation.ToldWhenTrue => topology.AttachmentsOf(locals.Priv!.Value).Select(MachineRef.Of).Prepend(MachineRef.Of(locals.Priv.Value)),
            Obligation.AnswerIsDocumented or Obligation.TphIsWhole or Obligation.FailureChangesNothing => [],
        };
    }

    private static IEnumerable<Violation> Judge(Obligation obligation, TaskState task, Topology topology, Reading reading, Lazy<MappedPieces>? mapped)
    {
        var locals = task.Top.Locals;
        return obligation switch
        {
            Obligation.AccessReachesFunction => Access(Device(reading, topology.Buffers[locals.Priv!.Value.Index]), "peer DMA through an exporter mapping"),
            Obligation.CopyReachesFunction => Access(Device(reading, topology.Buffers[locals.Priv!.Value.Index]), "an access by a copied page frame number", Quiescence.ImporterKind),
            Obligation.MapReachesFunction => Access(Device(reading, topology.Buffers[locals.Priv!.Value.Index]), "a new exporter mapping"),
            Obligation.NoMapWhileRevoked => NoMapWhileRevoked((DmaBuf)reading(MachineRef.Of(locals.Priv!.Value))),
            Obligation.MapLeadsToExport => MapLeadsToExport(mapped!.Value),
            Obligation.MapStaysInside => MapStaysInside(mapped!.Value),
            Obligation.MapIsAligned => MapIsAligned(mapped!.Value),
            Obligation.PteOnlyWhileAccessible => PteOnlyWhileAccessible(Device(reading, locals.Vdev!.Value)),
            Obligation.NoPteInTransition => NoPteInTransition(Device(reading, locals.Vdev!.Value)),
            Obligation.CpuNotBehindPeers => CpuNotBehindPeers(Device(reading, locals.Vdev!.Value)),
            Obligation.FlagAgrees => FlagAgrees(locals.Vdev!.Value, reading),
            Obligation.ListMatchesOwner => ListMatchesOwner(locals.Vdev!.Value, topology, reading),
            Obligation.NoMappingAlive => NoMappingAlive(locals.Vdev!.Value, topology, reading),
            Obligation.CpuAndPeersTogether => CpuAndPeersTogether(locals.Vdev!.Value, topology, reading),
            Obligation.ToldWhenTrue => ToldWhenTrue((DmaBuf)reading(MachineRef.Of(locals.Priv!.Value)), topology, reading),
            Obligation.AnswerIsDocumented => AnswerIsDocumented(task, topology),
            Obligation.TphIsWhole => TphIsWhole(locals),
            Obligation.FailureChangesNothing => FailureChangesNothing(task, reading),
        };
    }

    private static Device Device(Reading reading, DeviceId id) => (Device)reading(MachineRef.Of(id));

    private static IEnumerable<AttachmentId> AttachmentsOf(DeviceId device, Topology topology) =>
        topology.BuffersOf(device).SelectMany(topology.AttachmentsOf);

    private static bool HasMapping(DeviceId device, Topology topology, Reading reading) =>
        AttachmentsOf(device, topology).Any(attachment => ((Attachment)reading(MachineRef.Of(attachment))).HoldsMapping);

    private static IEnumerable<Violation> Access(Device device, string what, string kind = "missed-revoke")
    {
        if (device.Inaccessible is { } why)
            yield return new Violation(Property.P1, device.Disturbance != Disturbance.None || device.Poison == MemoryPoison.Present ? EnvironmentKind : kind, $"{what} meets an inaccessible function: {why.Reason}", why.Function);
    }

    private static IEnumerable<Violation> NoMapWhileRevoked(DmaBuf buffer)
    {
        if (buffer.Revoked)
            yield return new Violation(Property.P3, "missed-revoke", "map yields an address while priv->revoked is set", "vfio_pci_dma_buf_move");
    }

    // Of a mapping that the DMA device keeps, the entries themselves; else where they lead, which begins and ends inside a page alike.
    private static IEnumerable<Violation> MapIsAligned(MappedPieces mapped)
    {
        var pieces = mapped.Pieces;
        if (pieces.Any(piece => piece.Length % ExportValidation.PageBytes != 0 || (piece.Address ?? 0) % ExportValidation.PageBytes != 0))
            yield return new Violation(Property.P1, "alignment", "an entry of a mapping begins or ends inside a page");
    }

    // Both are walked together, from border to border of either.
    private static IEnumerable<Violation> MapLeadsToExport(MappedPieces mapped)
    {
        var (pieces, exported, traits) = mapped;
        var open = new Queue<Piece>(pieces);
        foreach (var asked in MappingLayout.Asked(exported, traits))
        {
            for (ulong done = 0; done < asked.Length;)
            {
                if (!open.TryDequeue(out var piece))
                    return [new Violation(Property.P1, WrongAddress, "a mapping is shorter than the buffer")];
                if (piece.Length > 0 && piece.Address != asked.Address + done)
                    return [new Violation(Property.P1, WrongAddress, "a mapping leads a peer to another address than the one exported")];
                done += piece.Length;
                if (done > asked.Length)
                    open = new Queue<Piece>(open.Prepend(new Piece(piece.Address + (piece.Length - (done - asked.Length)), done - asked.Length)));
            }
        }

        return open.All(piece => piece.Length == 0) ? [] : [new Violation(Property.P1, WrongAddress, "a mapping is longer than the buffer")];
    }

    private static IEnumerable<Violation> MapStaysInside(MappedPieces mapped)
    {
        var (pieces, exported, traits) = mapped;
        var start = ExportValidation.AddressOf(traits, exported.Region);
        var end = start + traits.GrantedBytes(exported.Region);
        if (traits.BarAt(exported.Region).IsForeign)
            yield return new Violation(Property.P1, WrongAddress, "a mapping leads a peer to a BAR that vfio does not own");
        if (pieces.Any(piece => piece.Address is { } address && (address < start || address + piece.Length > end)))
            yield return new Violation(Property.P1, WrongAddress, "a mapping leads a peer outside of what the driver grants of the region");
    }

    private static IEnumerable<Violation> PteOnlyWhileAccessible(Device device)
    {
        if (device.PmEngaged || device.Vconfig is null || !device.MemoryEnabled)
            yield return new Violation(Property.P12, "missed-revoke", "a user PTE is inserted while the BAR is not accessible");
    }

    private static IEnumerable<Violation> NoPteInTransition(Device device)
    {
        if (device.UserPtes && device.PowerState != PowerState.D0)
            yield return new Violation(Property.P12, "missed-revoke", "user PTEs are left while the function changes to D0");
    }

    private static IEnumerable<Violation> CpuNotBehindPeers(Device device)
    {
        if (device.UserPtes)
            yield return new Violation(Property.P12, OrderKind, "user PTEs are left when importers have been told and waited for");
    }

    private static IEnumerable<Violation> FlagAgrees(DeviceId id, Reading reading)
    {
        var device = Device(reading, id);
        if (device.Vconfig is null)
            yield break;
        var accessible = device.MemoryEnabled && !device.PmEngaged;
        var listed = device.DmaBufs.Select(buffer => (DmaBuf)reading(MachineRef.Of(buffer))).Where(buffer => !buffer.FileHolders.IsEmpty && !buffer.Dead).ToArray();
        if (device.Frozen && device.DecodeOn)
            yield return new Violation(Property.P2, "missed-revoke", "memory decode is on in the hardware although the device is frozen", "vfio_pci_liveupdate_freeze");
        if (accessible && listed.Any(buffer => buffer.Revoked))
            yield return new Violation(Property.P2, "stuck-revoked", "a buffer stays revoked although the device is accessible");
        if (!accessible && listed.Any(buffer => !buffer.Revoked))
        {
            var why = device.PmEngaged && device.MemoryEnabled ? "the device is in low power (pm_runtime_engaged)" : "memory is not enabled";
            yield return new Violation(Property.P2, "missed-revoke", $"a buffer is not revoked although {why}");
        }
    }

    private static IEnumerable<Violation> ListMatchesOwner(DeviceId id, Topology topology, Reading reading)
    {
        var device = Device(reading, id);
        foreach (var buffer in topology.BuffersOf(id))
        {
            var state = (DmaBuf)reading(MachineRef.Of(buffer));
            var listed = device.DmaBufs.Contains(buffer);
            if (listed && state.Vdev != id)
                yield return new Violation(Property.P5, "uaf", "a buffer is on vdev->dmabufs but does not belong to the device", "kfree");
            if (!listed && state.Vdev == id && state.FdCount > 0)
                yield return new Violation(Property.P5, "missed-revoke", "a buffer belongs to the device but is not on vdev->dmabufs");
        }
    }

    private static IEnumerable<Violation> NoMappingAlive(DeviceId id, Topology topology, Reading reading)
    {
        if (HasMapping(id, topology, reading))
            yield return new Violation(Property.P1, "missed-revoke", "an exporter mapping is alive when the function becomes inaccessible");
    }

    private static IEnumerable<Violation> CpuAndPeersTogether(DeviceId id, Topology topology, Reading reading)
    {
        var device = Device(reading, id);
        if (device.Vconfig is null || (device.MemoryEnabled && !device.PmEngaged))
            yield break;
        if (device.UserPtes || topology.BuffersOf(id).Any(buffer => ((DmaBuf)reading(MachineRef.Of(buffer))).UserPtes))
            yield return new Violation(Property.P12, "missed-revoke", "user PTEs are left when the revoking path drops memory_lock");
        if (HasMapping(id, topology, reading))
            yield return new Violation(Property.P12, "missed-revoke", "an exporter mapping is left when the revoking path drops memory_lock");
    }

    // Stands under dma_resv, so that nobody attaches between the last notification and this.
    private static IEnumerable<Violation> ToldWhenTrue(DmaBuf buffer, Topology topology, Reading reading)
    {
        var told = buffer.Attachments.Where(attachment => topology.Attachments[attachment.Index].HasCallback)
            .Select(attachment => ((Attachment)reading(MachineRef.Of(attachment))).Told).ToArray();
        if (told.Contains(Told.WhileRevoked))
            yield return new Violation(Property.P4, "missed-revoke", "the un-revoke notification began while priv->revoked was still set");
        if (told.Contains(Told.Nothing))
            yield return new Violation(Property.P4, "missed-revoke", "an attachment was not told of the un-revoke");
    }

    private static IEnumerable<Violation> FailureChangesNothing(TaskState task, Reading reading)
    {
        foreach (var entry in task.Ledger)
        {
            var state = reading(entry.Machine);
            switch (entry.Kind)
            {
                case EffectKind.Reference:
                    yield return new Violation(Property.P11, "leak", $"a failing request leaves a {entry.Machine.Kind} reference {(entry.Before > 0 ? "behind" : "short")}", Requested(task));
                    break;
                case EffectKind.Allocation:
                    yield return new Violation(Property.P11, "leak", "a failing request leaves memory allocated that nobody frees", Requested(task));
                    break;
                case EffectKind.Revoked when state is DmaBuf { Phase: DmaBufPhase.Exported } buffer && buffer.Revoked != (entry.Before != 0) && !buffer.FileHolders.IsEmpty:
                    yield return new Violation(Property.P11, "stuck-revoked", $"a failing request leaves a buffer {(buffer.Revoked ? "revoked" : "un-revoked")}", Requested(task));
                    break;
                case EffectKind.Engaged when state is Device device && device.PmEngaged != (entry.Before != 0):
                    yield return new Violation(Property.P11, "assertion", "a failing request leaves pm_runtime_engaged changed", Requested(task));
                    break;
                case EffectKind.Revoked or EffectKind.Engaged:
                    break;
            }
        }
    }

    // The script has seen the objection and put the check here; the request is in its frame's last begin step.
    private static IEnumerable<Violation> AnswerIsDocumented(TaskState task, Topology topology)
    {
        if ((Begun(task)?.Request ?? task.Top.Locals.Request) is { } request && UserInterface.Objection(request, topology, task.Top.Locals.Ret, ExportInput.Ranges) is { } objection)
            yield return new Violation(Property.Answers, "errno", objection, Requested(task));
    }

    // Argument: the setting of the tag; reply: that of the hint.
    private static IEnumerable<Violation> TphIsWhole(Locals locals)
    {
        if (locals.Argument != locals.Reply)
            yield return new Violation(Property.Answers, "torn", "an importer gets the steering tag of one setting and the processing hint of another", "vfio_pci_core_feature_dma_buf_tph");
    }

    // The failing request, by its call path: the step before the check names it.
    private static string Requested(TaskState task) => Begun(task)?.Text.Split(' ', 2)[0] ?? "";

    private static Step.BeginRequest? Begun(TaskState task)
    {
        var steps = task.Top.Program.Steps;
        for (var position = task.Top.Position; position >= 0; position--)
        {
            if (steps[position] is Step.BeginRequest begin)
                return begin;
        }

        return null;
    }
}
