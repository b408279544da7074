using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Host.Exports;

/// <summary>A schedule as a syzkaller program: one call a line in order of beginning, <c>(async)</c> where the next one overlaps it.</summary>
/// <remarks>syzkaller describes /dev/iommu, but neither a vfio device's cdev nor its dma-bufs: the descriptions that the program needs stand in front of it, as remarks.</remarks>
internal sealed class SyzProgram(Model model, Witness witness)
{
    private const string Descriptions = "Actors.Host.Exports.syzkaller.txt";
    private const ulong FirstIova = 0x1_0000_0000;
    private const ulong IovaStep = 0x100_0000;

    private readonly Scenario scenario = model.Scenario;

    /// <summary>Writes the program.</summary>
    public void Write(TextWriter output)
    {
        output.WriteLine($"# MODEL {witness.Finding.Id} {witness.Finding.Violation.Property} on {model.Revision.Name}: {witness.Finding.Violation.Text}");
        WriteDescriptions(output);
        WriteBeginning(output);
        var times = RequestTimes.Of(model, witness).Where(time => time.Begin != int.MaxValue).OrderBy(time => time.Begin).ThenBy(time => time.Number).ToArray();
        for (var index = 0; index < times.Length; index++)
        {
            var overlaps = index + 1 < times.Length && times[index + 1].Begin < times[index].End;
            output.WriteLine($"# P{times[index].Task}: {ScenarioPrinter.Print(times[index].Call, scenario.Topology)}");
            foreach (var line in Lines(times[index].Call.Request))
                output.WriteLine($"{line}{(overlaps && !line.StartsWith('#') ? " (async)" : "")}");
        }
    }

    private static void WriteDescriptions(TextWriter output)
    {
        using var text = new StreamReader(typeof(SyzProgram).Assembly.GetManifestResourceStream(Descriptions)!);
        output.WriteLine("# syzkaller has no description of these calls: put them into a file of");
        output.WriteLine("# sys/linux, beside dev_iommu.txt.");
        while (text.ReadLine() is { } line)
            output.WriteLine($"#   {line}");
    }

    private void WriteBeginning(TextWriter output)
    {
        output.WriteLine($"{Iommufd} = openat$iommufd(0xffffffffffffff9c, &AUTO='/dev/iommu\\x00', 0x2, 0x0)");
        output.WriteLine($"ioctl$IOMMU_IOAS_ALLOC({Iommufd}, 0x3b81, &AUTO={{0xc, 0x0, <{Ioas}=>0x0}})");
        var topology = scenario.Topology;
        for (var device = 0; device < topology.Devices.Count; device++)
        {
            foreach (var line in scenario.Devices[device].Open ? Open(new DeviceFileId(device)) : [])
                output.WriteLine(line);
        }

        for (var buffer = 0; buffer < topology.Buffers.Count; buffer++)
        {
            if (scenario.Buffers[buffer].Exported)
                output.WriteLine(Export(new DeviceFileId(topology.Buffers[buffer].Index), new DmaBufId(buffer), ExportArguments.OnePage));
        }

        for (var importer = 0; importer < topology.Attachments.Count; importer++)
        {
            if (scenario.Attachments[importer].Attached)
                output.WriteLine(Import(new AttachmentId(importer)));
        }
    }

    private string Iommufd => $"r{scenario.Topology.Files.Count + scenario.Topology.Buffers.Count}";

    private string Ioas => $"r{scenario.Topology.Files.Count + scenario.Topology.Buffers.Count + 1}";

    private string Register(DmaBufId buffer) => $"r{scenario.Topology.Files.Count + buffer.Index}";

    private IEnumerable<string> Open(DeviceFileId file) =>
    [
        $"r{file.Index} = openat$vfio_device(0xffffffffffffff9c, &AUTO='/dev/vfio/devices/vfio{scenario.Topology.Files[file.Index].Index}\\x00', 0x2, 0x0)",
        $"ioctl$VFIO_DEVICE_BIND_IOMMUFD(r{file.Index}, 0x3b76, &AUTO={{0x10, 0x0, {Iommufd}, 0x0}})",
    ];

    private string Export(DeviceFileId file, DmaBufId buffer, ExportArguments asked) =>
        $"{Register(buffer)} = ioctl$VFIO_DEVICE_FEATURE_DMA_BUF(r{file.Index}, 0x3b75, &AUTO={{0x{asked.Argsz:x}, 0x{asked.Flags:x}, 0x{asked.RegionIndex:x}, 0x{asked.OpenFlags:x}, 0x{asked.DmaBufFlags:x}, 0x{asked.NrRanges:x}, [{string.Join(", ", asked.Ranges.Select(range => $"{{0x{range.Offset:x}, 0x{range.Length:x}}}"))}]}})";

    // iommufd stands in for the model's importers: attach and map at once.
    private string Import(AttachmentId importer) =>
        $"ioctl$IOMMU_IOAS_MAP_FILE({Iommufd}, 0x3b8f, &AUTO={{0x28, 0x7, {Ioas}, {Register(scenario.Topology.Attachments[importer.Index].Buffer)}, 0x0, 0x1000, 0x{Iova(importer):x}}})";

    private static ulong Iova(AttachmentId importer) => FirstIova + ((ulong)importer.Index * IovaStep);

    private IEnumerable<string> Lines(Request request) => request switch
    {
        Request.OpenDevice asked => Open(asked.File),
        Request.CloseDevice asked => [$"close(r{asked.File.Index})"],
        Request.Reset asked => [$"ioctl$VFIO_DEVICE_RESET(r{asked.File.Index}, 0x3b6f, 0x0)"],
        Request.ExportDmaBuf asked => [Export(asked.File, asked.Buffer, asked.Arguments)],
        Request.EnterLowPower { Wakeup: WakeupArgument.None } asked => [$"ioctl$VFIO_DEVICE_FEATURE(r{asked.File.Index}, 0x3b75, &AUTO={{0x8, 0x20003}})"],
        Request.ExitLowPower asked => [$"ioctl$VFIO_DEVICE_FEATURE(r{asked.File.Index}, 0x3b75, &AUTO={{0x8, 0x20005}})"],
        Request.WriteCommand asked => [$"pwrite64(r{asked.File.Index}, &AUTO=\"0{(asked.Memory ? 6 : 4)}00\", 0x2, 0x70000000004)"],
        Request.ReadConfig asked => [$"pread64(r{asked.File.Index}, &AUTO=\"\"/2, 0x2, 0x70000000000)"],
        Request.ReadBar asked => [$"pread64(r{asked.File.Index}, &AUTO=\"\"/4, 0x4, 0x0)"],
        Request.HotReset asked => [$"ioctl$VFIO_DEVICE_PCI_HOT_RESET(r{asked.File.Index}, 0x3b71, &AUTO={{0xc, 0x0, 0x0}})"],
        Request.SetPowerState or Request.FunctionLevelReset => ["# a config write into a capability, whose place the device tells: --c finds it"],
        Request.Map => ["# a kernel's importer maps here; with iommufd the attach has done it"],
        Request.CloseDmaBuf asked => [$"close({Register(asked.Buffer)})"],
        Request.DupDmaBuf asked => [$"dup({Register(asked.Buffer)})"],
        Request.Attach asked => [Import(asked.Attachment)],
        Request.Unmap asked => [Unmap(asked.Attachment)],
        Request.Detach asked => [Unmap(asked.Attachment)],
        _ => ["# no call of this program stands for it"],
    };

    private string Unmap(AttachmentId importer) => $"ioctl$IOMMU_IOAS_UNMAP({Iommufd}, 0x3b86, &AUTO={{0x18, {Ioas}, 0x{Iova(importer):x}, 0x1000}})";
}
