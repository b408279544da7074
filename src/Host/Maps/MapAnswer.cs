using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Properties;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Host.Maps;

/// <summary>What a kernel answers to export, attach and map, and what the mapping is.</summary>
public sealed record MapAnswer
{
    // The call path appends to the machine of the importer's device entry by entry; of a longer table only the function is asked, which says the same.
    private const int RangesByCallMax = 256;

    /// <summary>The question.</summary>
    public required MapQuery Query { get; init; }

    /// <summary>The answers of export, attach and map, as far as they were asked; null for a call that does not return.</summary>
    public required Sequence<int?> Answers { get; init; }

    /// <summary>The mapping, or how it failed.</summary>
    public required SgMapping Mapping { get; init; }

    /// <summary>What unmap does, and what it leaves behind.</summary>
    public required (IReadOnlyList<SgUndone> Undone, SgLeft Left) Unmap { get; init; }

    /// <summary>What the properties say of the three calls.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Export has not refused.</summary>
    public bool IsExported => Answers[0] == 0;

    /// <summary>There is a mapping.</summary>
    public bool IsMapped => Answers.Count == 3 && Answers[2] == 0;

    /// <summary>Map was asked and got as far as the scatterlist, whatever came of it.</summary>
    public bool IsFilled => Answers.Count == 3 && Answers[2] is { } answer && answer == -(int)Mapping.Errno && Mapping.FailedStep != SgStep.MapType;

    /// <summary>The physical ranges. Kernel: priv->phys_vec.</summary>
    public IReadOnlyList<PhysVec> PhysVec => MappingLayout.Ranges(Query.Revision, Exported, Query.Traits);

    private Exported Exported => ExportedOf(Query);

    /// <summary>Asks the call paths and the mapping of a revision.</summary>
    /// <exception cref="InputException">The revision does not export these ranges.</exception>
    public static MapAnswer Of(MapQuery query)
    {
        if (query.Revision.ExportInput == ExportInput.SingleSlice && query.Ranges.Count > 1)
            throw new InputException($"{query.Revision.Name} exports a single slice of a BAR, and --ranges has {query.Ranges.Count}");
        var end = Ask(query);
        if (end.Answers[0] is not 0 && !query.IsWithoutPages)
            throw new InputException(NotExported(query, end.Answers[0]));
        var exported = ExportedOf(query);
        var mapping = PhysVecToSgt.Map(query.Revision, MappingLayout.Ranges(query.Revision, exported, query.Traits), MappingLayout.RouteOf(query.Revision, query.Traits, query.MapType, query.Dma));
        return new MapAnswer
        {
            Query = query,
            Answers = IsByCall(query) ? end.Answers : WithDevice(end.Answers, mapping),
            Mapping = mapping,
            Unmap = mapping.Errno == Errno.None ? PhysVecToSgt.Unmap(query.Revision, mapping) : ([], default),
            Findings = [.. Trail.Events(end.Trail).SelectMany(happened => happened.Findings).DistinctBy(finding => finding.Id)],
        };
    }

    private static bool IsByCall(MapQuery query) => query.Ranges.Count <= RangesByCallMax;

    // An undescribed device has no limits; the function knows them.
    private static Sequence<int?> WithDevice(Sequence<int?> answers, SgMapping mapping) =>
        answers.Count == 3 && answers[2] is 0 or -(int)Errno.EADDRINUSE ? answers.SetItem(2, -(int)mapping.Errno) : answers;

    // The call path has decided; which range it was about is looked for here.
    private static string NotExported(MapQuery query, int? answer)
    {
        var bar = query.Traits.BarAt(query.Bar);
        var refusal = $"{query.Revision.Name} does not export that of BAR {query.Bar} of {query.Device}: {(answer is { } errno ? $"{(Errno)(-errno)}" : "export does not return")}";
        if (bar.SizeBytes == 0)
            return $"{refusal}; there is no such BAR";
        if (!bar.IsMemory)
            return $"{refusal}; it is an I/O BAR";
        if (query.Ranges.Count > ExportValidation.RangesMax)
            return $"{refusal}; {query.Ranges.Count:N0} ranges, and the most are {ExportValidation.RangesMax:N0}";
        var wrong = query.Ranges.Select((range, index) => (Text: $"range {index}, {RangeText(range)},", Why: WhyNot(range, query.Traits.GrantedBytes(query.Bar)))).FirstOrDefault(range => range.Why.Length > 0);
        return wrong.Text is null ? refusal : $"{refusal}; {wrong.Text} {wrong.Why}";
    }

    /// <summary>A range of a BAR as the command takes it.</summary>
    public static string RangeText(DmaRange range) => $"0x{range.Offset:x}:0x{range.Length:x}";

    private static string WhyNot(DmaRange range, ulong granted) =>
        range.Length == 0 ? "is empty"
        : (range.Offset | range.Length) % ExportValidation.PageBytes != 0 ? "is not a multiple of the page size"
        : range.Offset + range.Length < range.Offset || range.Offset + range.Length > granted ? $"ends behind the BAR's 0x{granted:x} bytes"
        : "";

    private static Exported ExportedOf(MapQuery query) => ExportValidation.Exported(query.Revision.ExportInput, query.Traits, ArgumentsOf(query));

    private static ExportArguments ArgumentsOf(MapQuery query) => ExportArguments.OnePage with
    {
        RegionIndex = query.Bar,
        Ranges = query.Ranges,
        NrRanges = (uint)query.Ranges.Count,
        Argsz = (uint)Math.Min(uint.MaxValue, 24 + (16L * query.Ranges.Count)),
    };

    // One user task that exports, attaches and maps, on the call paths of the revision.
    private static PossibleWorld Ask(MapQuery query)
    {
        var run = new SequentialRun(new Model(query.Revision, ScenarioOf(query), GrantPolicy.Ordered));
        Request[] requests =
        [
            new Request.ExportDmaBuf(new DeviceFileId(0), new DmaBufId(0), ArgumentsOf(query)),
            new Request.Attach(new AttachmentId(0)),
            new Request.Map(new AttachmentId(0)),
        ];
        foreach (var request in requests)
        {
            run.Request(new TaskId(0), request);
            if (run.Worlds[0].Answer is not 0)
                break;
        }

        return run.Worlds[0];
    }

    private static Scenario ScenarioOf(MapQuery query)
    {
        var isForced = query.Mode != MapMode.Auto;
        var isDescribed = IsByCall(query);
        var mode = query.MapType == Core.Vocabulary.MapType.BusAddr ? ImporterMode.Bus : query.Dma.Domain == DmaDomain.Translated && !isDescribed ? ImporterMode.Iova : ImporterMode.Phys;
        var attachment = new AttachmentPlace(new DmaBufId(0), ImporterKind.Unmaps, Mode: mode, SegmentBytes: query.Dma.SegmentBytes)
        {
            Dev = isForced ? null : query.Client,
            DmaDevice = isDescribed ? new DmaDeviceId(0) : null,
        };
        return new Scenario
        {
            Name = "map",
            Topology = new Topology(
                Sequence<DevicePlace>.Of(query.Exporter with { DevSet = 0 }), Sequence<DeviceId>.Of(new DeviceId(0)), Sequence<DeviceId>.Of(new DeviceId(0)),
                Sequence<AttachmentPlace>.Of(attachment), UserTasks: 1)
            {
                Pci = isForced ? null : query.Topology.Pci,
                DmaDevices = isDescribed ? Sequence<DmaDevicePlace>.Of(new DmaDevicePlace(query.Dma)) : Sequence<DmaDevicePlace>.Empty,
            },
            Devices = Sequence<DeviceStart>.Of(new DeviceStart()),
            Buffers = Sequence<BufferStart>.Of(new BufferStart(Exported: false)),
            Attachments = Sequence<AttachmentStart>.Of(new AttachmentStart(Attached: false)),
            Tasks = Sequence<Sequence<Call>>.Of(Sequence<Call>.Empty),
        };
    }
}
