using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Properties;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using static Actors.Tests.Core.ScenarioBuilder;

namespace Actors.Tests.Core.Properties;

public sealed class ObligationsTests
{
    private static readonly Topology Shape = OneImporter().Attachment().Task().Build().Topology;

    private static readonly Device Open = new()
    {
        Traits = DeviceTraits.Plain, Vconfig = new Vconfig(true), DecodeOn = true, RegionsOwned = true, DmaBufs = Sequence<DmaBufId>.Of(B0),
    };

    private static readonly Device Off = Open with { Vconfig = new Vconfig(false), DecodeOn = false };

    private static readonly DmaBuf Buffer = new()
    {
        Phase = DmaBufPhase.Exported, Vdev = V0, FileHolders = Sequence<Holder>.Of(new Holder(HolderKind.Fd, 0)), FdCount = 1, DentryCount = 1, Attachments = Sequence<AttachmentId>.Of(A0),
    };

    private static readonly DmaBuf Revoked = Buffer with { Revoked = true };
    private static readonly Attachment Attached = new() { Kind = ImporterKind.Unmaps, Phase = AttachPhase.Attached };
    private static readonly Attachment Mapped = Attached with { Mapped = true };

    private sealed record Instant(Obligation Obligation, Property? Broken, params object[] Machines)
    {
        public MapPieces Pieces { get; init; } = (exported, traits, place) => MappingLayout.Of(KernelRevisions.M73, exported, traits, place);

        public Sequence<LedgerEntry> Ledger { get; init; } = Sequence<LedgerEntry>.Empty;

        public Locals Locals { get; init; } = new();
    }

    private static readonly Dictionary<string, Instant> Instants = new()
    {
        ["access while accessible"] = new(Obligation.AccessReachesFunction, null, Open),
        ["access in reset"] = new(Obligation.AccessReachesFunction, Property.P1, Open with { InReset = true }),
        ["access in D3hot"] = new(Obligation.AccessReachesFunction, Property.P1, Open with { PowerState = PowerState.D3hot }),
        ["access while suspended"] = new(Obligation.AccessReachesFunction, Property.P1, Open with { RpmStatus = RpmStatus.Suspended }),
        ["access without decode"] = new(Obligation.AccessReachesFunction, Property.P1, Off),
        ["access after the regions are released"] = new(Obligation.AccessReachesFunction, Property.P1, Open with { RegionsOwned = false }),
        ["access before the memory is ready"] = new(Obligation.AccessReachesFunction, Property.P1, Open with { NotReady = true }),
        ["access with a poisoned page"] = new(Obligation.AccessReachesFunction, Property.P1, Open with { Poison = MemoryPoison.Present }),
        ["access with a page known to be poisoned"] = new(Obligation.AccessReachesFunction, Property.P1, Open with { Poison = MemoryPoison.Handled }),
        ["access by a copied PFN while accessible"] = new(Obligation.CopyReachesFunction, null, Open),
        ["access by a copied PFN without decode"] = new(Obligation.CopyReachesFunction, Property.P1, Off),
        ["map while accessible"] = new(Obligation.MapReachesFunction, null, Open),
        ["map without decode"] = new(Obligation.MapReachesFunction, Property.P1, Off),
        ["mapped as exported"] = new(Obligation.MapLeadsToExport, null, Buffer),
        ["mapped in two pieces"] = new(Obligation.MapLeadsToExport, null, Buffer) { Pieces = (_, _, _) => [new(0xe000_0000, 1024), new(0xe000_0400, 3072)] },
        ["mapped elsewhere"] = new(Obligation.MapLeadsToExport, Property.P1, Buffer) { Pieces = (_, _, _) => [new(0xe000_1000, 4096)] },
        ["mapped to nothing"] = new(Obligation.MapLeadsToExport, Property.P1, Buffer) { Pieces = (_, _, _) => [new(null, 4096)] },
        ["mapped twice"] = new(Obligation.MapLeadsToExport, Property.P1, Buffer) { Pieces = (_, _, _) => [new(0xe000_0000, 2048), new(0xe000_0000, 2048)] },
        ["mapped too short"] = new(Obligation.MapLeadsToExport, Property.P1, Buffer) { Pieces = (_, _, _) => [new(0xe000_0000, 4095)] },
        ["mapped too long"] = new(Obligation.MapLeadsToExport, Property.P1, Buffer) { Pieces = (_, _, _) => [new(0xe000_0000, 4105)] },
        ["mapped by whole pages"] = new(Obligation.MapIsAligned, null, Buffer) { Pieces = (_, _, _) => [new(0xe000_0000, 4096), new(null, 8192)] },
        ["mapped from inside a page"] = new(Obligation.MapIsAligned, Property.P1, Buffer) { Pieces = (_, _, _) => [new(0xe000_0200, 4096)] },
        ["mapped up to inside a page"] = new(Obligation.MapIsAligned, Property.P1, Buffer) { Pieces = (_, _, _) => [new(0xe000_0000, 512)] },
        ["mapped inside the BAR"] = new(Obligation.MapStaysInside, null, Buffer) { Pieces = (_, _, _) => [new(0xe0ff_f000, 4096), new(null, 9)] },
        ["mapped beyond the BAR"] = new(Obligation.MapStaysInside, Property.P1, Buffer) { Pieces = (_, _, _) => [new(0xe0ff_f000, 4097)] },
        ["mapped below the BAR"] = new(Obligation.MapStaysInside, Property.P1, Buffer) { Pieces = (_, _, _) => [new(0xdfff_f000, 4096)] },
        ["documented answer"] = new(Obligation.AnswerIsDocumented, null) { Locals = new() { Request = new Request.ReadBar(new DeviceFileId(0)) } },
        ["undocumented answer"] = new(Obligation.AnswerIsDocumented, Property.Answers) { Locals = new() { Request = new Request.ReadBar(new DeviceFileId(0)), Ret = -(int)Errno.EBUSY } },
        ["no PTE in transition"] = new(Obligation.NoPteInTransition, null, Open with { PowerState = PowerState.D1 }),
        ["PTE in transition"] = new(Obligation.NoPteInTransition, Property.P12, Open with { PowerState = PowerState.D1, UserPtes = true }),
        ["no PTE behind a revoke"] = new(Obligation.CpuNotBehindPeers, null, Open),
        ["PTE behind a revoke"] = new(Obligation.CpuNotBehindPeers, Property.P12, Open with { UserPtes = true }),
        ["PTE without transition"] = new(Obligation.NoPteInTransition, null, Open with { UserPtes = true }),
        ["no mapping alive"] = new(Obligation.NoMappingAlive, null, Attached),
        ["a mapping alive"] = new(Obligation.NoMappingAlive, Property.P1, Mapped),
        ["valid and accessible"] = new(Obligation.FlagAgrees, null, Open, Buffer),
        ["revoked and off"] = new(Obligation.FlagAgrees, null, Off, Revoked),
        ["revoked and engaged"] = new(Obligation.FlagAgrees, null, Open with { PmEngaged = true }, Revoked),
        ["valid and dying while off"] = new(Obligation.FlagAgrees, null, Off, Buffer with { FileHolders = Sequence<Holder>.Empty }),
        ["device not open"] = new(Obligation.FlagAgrees, null, Open with { Vconfig = null }, Buffer),
        ["revoked and accessible"] = new(Obligation.FlagAgrees, Property.P2, Open, Revoked),
        ["valid and off"] = new(Obligation.FlagAgrees, Property.P2, Off, Buffer),
        ["valid and in D3hot"] = new(Obligation.FlagAgrees, Property.P2, Open with { PowerState = PowerState.D3hot }, Buffer),
        ["valid and engaged"] = new(Obligation.FlagAgrees, Property.P2, Open with { PmEngaged = true }, Buffer),
        ["revoked and frozen"] = new(Obligation.FlagAgrees, null, Open with { Frozen = true, DecodeOn = false }, Revoked),
        ["valid and frozen"] = new(Obligation.FlagAgrees, Property.P2, Open with { Frozen = true, DecodeOn = false }, Buffer),
        ["frozen and decoding"] = new(Obligation.FlagAgrees, Property.P2, Open with { Frozen = true }, Revoked),
        ["map while valid"] = new(Obligation.NoMapWhileRevoked, null, Buffer),
        ["map while revoked"] = new(Obligation.NoMapWhileRevoked, Property.P3, Revoked),
        ["told while clear"] = new(Obligation.ToldWhenTrue, null, Buffer, Attached with { Told = Told.WhileClear }),
        ["told while revoked"] = new(Obligation.ToldWhenTrue, Property.P4, Buffer, Attached with { Told = Told.WhileRevoked }),
        ["not told"] = new(Obligation.ToldWhenTrue, Property.P4, Buffer, Attached),
        ["nobody to tell"] = new(Obligation.ToldWhenTrue, null, Buffer with { Attachments = Sequence<AttachmentId>.Empty }, Attached),
        ["listed and owned"] = new(Obligation.ListMatchesOwner, null, Open, Buffer),
        ["neither listed nor owned"] = new(Obligation.ListMatchesOwner, null, Open with { DmaBufs = Sequence<DmaBufId>.Empty }, Buffer with { Vdev = null }),
        ["listed, not owned"] = new(Obligation.ListMatchesOwner, Property.P5, Open, Buffer with { Vdev = null }),
        ["owned, not listed"] = new(Obligation.ListMatchesOwner, Property.P5, Open with { DmaBufs = Sequence<DmaBufId>.Empty }, Buffer),
        ["failure without effect"] = new(Obligation.FailureChangesNothing, null, Buffer),
        ["failure keeps a reference"] = new(Obligation.FailureChangesNothing, Property.P11, Buffer) { Ledger = Entry(MachineRef.Of(B0), EffectKind.Reference, 1) },
        ["failure leaves it revoked"] = new(Obligation.FailureChangesNothing, Property.P11, Revoked) { Ledger = Entry(MachineRef.Of(B0), EffectKind.Revoked, 0) },
        ["somebody else has un-revoked since"] = new(Obligation.FailureChangesNothing, null, Buffer) { Ledger = Entry(MachineRef.Of(B0), EffectKind.Revoked, 0) },
        ["failure leaves it engaged"] = new(Obligation.FailureChangesNothing, Property.P11, Open with { PmEngaged = true }) { Ledger = Entry(MachineRef.Of(V0), EffectKind.Engaged, 0) },
        ["tag and hint of one setting"] = new(Obligation.TphIsWhole, null) { Locals = new Locals { Argument = 2, Reply = 2 } },
        ["tag and hint of two settings"] = new(Obligation.TphIsWhole, Property.Answers) { Locals = new Locals { Argument = 2, Reply = 1 } },
        ["PTE while accessible"] = new(Obligation.PteOnlyWhileAccessible, null, Open),
        ["PTE while off"] = new(Obligation.PteOnlyWhileAccessible, Property.P12, Off),
        ["PTE while engaged"] = new(Obligation.PteOnlyWhileAccessible, Property.P12, Open with { PmEngaged = true }),
        ["PTE while closed"] = new(Obligation.PteOnlyWhileAccessible, Property.P12, Open with { Vconfig = null }),
        ["both have access"] = new(Obligation.CpuAndPeersTogether, null, Open with { UserPtes = true }, Mapped),
        ["neither has access"] = new(Obligation.CpuAndPeersTogether, null, Off, Attached),
        ["the CPU keeps access"] = new(Obligation.CpuAndPeersTogether, Property.P12, Off with { UserPtes = true }, Attached),
        ["a peer keeps access"] = new(Obligation.CpuAndPeersTogether, Property.P12, Off, Mapped),
    };

    public static TheoryData<string> Names => [.. Instants.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Judge_WhenAtThisInstant_AnswersAsTheSheet(string name)
    {
        var instant = Instants[name];
        var (task, machines) = World(instant);

        var broken = Obligations.Judge(task, Shape, machine => machines[machine]).Select(violation => violation.Property);

        Assert.Equal(instant.Broken is { } property ? [property] : [], broken);
    }

    // What a check reads and does not declare would be an undeclared dependency of its step.
    [Theory]
    [MemberData(nameof(Names))]
    public void Judge_WhenItReads_StaysWithinItsFootprint(string name)
    {
        var (task, machines) = World(Instants[name]);
        var footprint = Obligations.Footprint(task, Shape).ToHashSet();

        _ = Obligations.Judge(task, Shape, machine => footprint.Contains(machine) ? machines[machine] : throw new InvalidOperationException($"{machine} is not in the footprint")).ToArray();
    }

    [Fact]
    public void Instants_WhenObligationsAreListed_HoldAndBreakEach()
    {
        foreach (var obligation in Enum.GetValues<Obligation>())
        {
            Assert.Contains(Instants.Values, instant => instant.Obligation == obligation && instant.Broken is null);
            Assert.Contains(Instants.Values, instant => instant.Obligation == obligation && instant.Broken is not null);
        }
    }

    private static Sequence<LedgerEntry> Entry(MachineRef machine, EffectKind kind, int before) => Sequence<LedgerEntry>.Of(new LedgerEntry(machine, kind, before));

    // The second attachment of the shape is never linked: it must not matter.
    private static (TaskState Task, Dictionary<MachineRef, MachineState> Machines) World(Instant instant)
    {
        var path = new Actors.Core.Revisions.PathBuilder("f").CheckMapping("check", instant.Pieces, instant.Obligation).Build();
        var task = TaskMachine.Begin(TaskState.Idle(new TaskId(0)), path, instant.Locals with { Vdev = V0, Priv = B0, Attach = A0 }, Shape) with { Ledger = instant.Ledger };
        var machines = new Dictionary<MachineRef, MachineState>
        {
            [MachineRef.Of(V0)] = instant.Machines.OfType<Device>().FirstOrDefault(Open),
            [MachineRef.Of(B0)] = instant.Machines.OfType<DmaBuf>().FirstOrDefault(Buffer),
            [MachineRef.Of(A0)] = instant.Machines.OfType<Attachment>().FirstOrDefault(Attached),
            [MachineRef.Of(A1)] = new Attachment { Kind = ImporterKind.Unmaps },
        };
        return (task, machines);
    }
}
