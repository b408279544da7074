using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Host.Exports;

/// <summary>A schedule as a C program for a real kernel: UAPI headers only, a thread for each task, and the order of requests as far as userspace can force it.</summary>
internal sealed class CProgram(Model model, Witness witness)
{
    private const string Prologue = "Actors.Host.Exports.reproducer.c";

    private readonly IReadOnlyList<RequestTime> times = RequestTimes.Of(model, witness);
    private readonly Scenario scenario = model.Scenario;

    /// <summary>Writes the program.</summary>
    public void Write(TextWriter output)
    {
        var finding = witness.Finding;
        output.WriteLine("/*");
        output.WriteLine($" * MODEL: not seen in a kernel, found by search on {model.Revision.Name}.");
        output.WriteLine($" * {finding.Id} {finding.Violation.Property}: {Comment(finding.Violation.Text)}");
        output.WriteLine($" * in {finding.Function}(): {Comment(finding.Step)}");
        output.WriteLine(" *");
        output.WriteLine(" * gcc -pthread -o reproducer THIS.c; ./reproducer CDEV BDF [CDEV BDF...]");
        output.WriteLine(" * CDEV is /dev/vfio/devices/vfioN of a function bound to vfio-pci, BDF its address.");
        output.WriteLine(" */");
        using (var prologue = new StreamReader(typeof(CProgram).Assembly.GetManifestResourceStream(Prologue)!))
            output.Write(prologue.ReadToEnd().ReplaceLineEndings("\n"));
        for (var task = 0; task < scenario.Tasks.Count; task++)
            WriteTask(output, task);
        WriteMain(output);
    }

    private void WriteTask(TextWriter output, int task)
    {
        output.WriteLine();
        output.WriteLine($"static void *P{task}(void *unused)");
        output.WriteLine("{");
        output.WriteLine("\t(void)unused;");
        foreach (var time in times.Where(time => time.Task == task))
        {
            WriteOrder(output, time);
            output.WriteLine($"\tatomic_store(&began[{time.Number}], 1);");
            var (statement, remark) = StatementOf(time.Call.Request);
            if (remark.Length > 0)
                output.WriteLine($"\t/* {remark} */");
            if (time.Call.Faults != Core.Machines.FaultPlan.None)
                output.WriteLine($"\t/* with a fault: {Comment(ScenarioPrinter.Print(time.Call, scenario.Topology))}; see /proc/self/fail-nth, or setrlimit() for fds */");
            output.WriteLine($"\tdone({time.Number}, \"P{task} {ScenarioPrinter.Print(Call.Of(time.Call.Request), scenario.Topology)}\", {statement});");
        }

        output.WriteLine("\treturn NULL;");
        output.WriteLine("}");
    }

    // What ended before this began is waited for; what overlaps it is only told.
    private void WriteOrder(TextWriter output, RequestTime time)
    {
        foreach (var others in times.Where(other => other.Task != time.Task && other.Begin < time.Begin).GroupBy(other => other.Task))
        {
            var last = others.MaxBy(other => other.Begin)!;
            if (time.Begin == int.MaxValue)
            {
                output.WriteLine($"\twait_until(&began[{last.Number}]);");
                output.WriteLine("\t/* the failing schedule ends before this begins */");
                continue;
            }

            if (last.End < time.Begin)
            {
                output.WriteLine($"\twait_until(&ended[{last.Number}]);");
                continue;
            }

            output.WriteLine($"\twait_until(&began[{last.Number}]);");
            output.WriteLine($"\t/* overlaps {Comment(ScenarioPrinter.Print(Call.Of(last.Call.Request), scenario.Topology))} of P{last.Task}, which is at its step {time.Begin - last.Begin}:");
            output.WriteLine("\t   inside of the kernel only a probe or a delay there can force this order */");
        }
    }

    private void WriteMain(TextWriter output)
    {
        var topology = scenario.Topology;
        output.WriteLine();
        output.WriteLine("int main(int argc, char **argv)");
        output.WriteLine("{");
        output.WriteLine($"\tpthread_t threads[{scenario.Tasks.Count}];");
        output.WriteLine("\tstruct ioas_alloc_arg alloc = { .size = sizeof(alloc) };");
        output.WriteLine("\tstatic const struct dma_range page = { 0, 4096 };");
        output.WriteLine("\tint i;");
        output.WriteLine();
        output.WriteLine("\t(void)page;");
        output.WriteLine($"\tif (argc != 1 + 2 * {topology.Devices.Count}) {{");
        output.WriteLine("\t\tfprintf(stderr, \"usage: %s CDEV BDF [CDEV BDF...]\\n\", argv[0]);");
        output.WriteLine("\t\treturn 1;");
        output.WriteLine("\t}");
        output.WriteLine("\tfor (i = 1; i + 1 < argc; i += 2) {");
        output.WriteLine("\t\tcdev[i / 2] = argv[i];");
        output.WriteLine("\t\tbdf[i / 2] = argv[i + 1];");
        output.WriteLine("\t}");
        output.WriteLine("\tiommufd = open(\"/dev/iommu\", O_RDWR | O_CLOEXEC);");
        output.WriteLine("\tif (iommufd >= 0 && !ioctl(iommufd, IOMMU_IOAS_ALLOC, &alloc))");
        output.WriteLine("\t\tioas = alloc.out_ioas_id;");
        WriteBeginning(output);
        output.WriteLine($"\tfor (i = 0; i < {times.Count}; i++)");
        output.WriteLine("\t\tatomic_store(&began[i], 0);");
        for (var task = 0; task < scenario.Tasks.Count; task++)
            output.WriteLine($"\tpthread_create(&threads[{task}], NULL, P{task}, NULL);");
        output.WriteLine($"\tfor (i = 0; i < {scenario.Tasks.Count}; i++)");
        output.WriteLine("\t\tpthread_join(threads[i], NULL);");
        output.WriteLine("\treturn 0;");
        output.WriteLine("}");
    }

    private void WriteBeginning(TextWriter output)
    {
        var topology = scenario.Topology;
        for (var device = 0; device < topology.Devices.Count; device++)
        {
            if (scenario.Devices[device].Open)
                output.WriteLine($"\tmust(\"open_device\", open_device({device}, {device}));");
            if (!scenario.Devices[device].Bound)
                output.WriteLine($"\tmust(\"unbind\", write_attribute(\"/sys/bus/pci/drivers/%s/unbind\", \"vfio-pci\", bdf[{device}]));");
        }

        for (var buffer = 0; buffer < topology.Buffers.Count; buffer++)
        {
            if (scenario.Buffers[buffer].Exported)
                output.WriteLine($"\tmust(\"export_dma_buf\", export_dma_buf({topology.Buffers[buffer].Index}, {buffer}, 0, &page, 1));");
        }

        for (var importer = 0; importer < topology.Attachments.Count; importer++)
        {
            if (scenario.Attachments[importer].Attached)
                output.WriteLine($"\tmust(\"import\", import({topology.Attachments[importer].Buffer.Index}, {importer})); /* the model's importer: {Words(importer)} */");
        }

        for (var device = 0; device < topology.Devices.Count; device++)
        {
            if (scenario.Devices[device] is { Open: true, Memory: false })
                output.WriteLine($"\tmust(\"memory off\", config_write16({device}, PCI_COMMAND, PCI_COMMAND_MEMORY, 0));");
        }
    }

    private string Words(int importer) => $"{scenario.Topology.Attachments[importer].Kind}, {(scenario.Attachments[importer].Mapped ? "mapped" : "attached")}; iommufd stands in for it";

    private (string Statement, string Remark) StatementOf(Request request) => request switch
    {
        Request.OpenDevice asked => ($"open_device({asked.File.Index}, {scenario.Topology.Files[asked.File.Index].Index})", ""),
        Request.CloseDevice asked => ($"close(files[{asked.File.Index}]) ? -errno : 0", ""),
        Request.Reset asked => ($"ioctl(files[{asked.File.Index}], VFIO_DEVICE_RESET) ? -errno : 0", ""),
        Request.WriteCommand asked => ($"config_write16({asked.File.Index}, PCI_COMMAND, PCI_COMMAND_MEMORY, {(asked.Memory ? "PCI_COMMAND_MEMORY" : "0")})", ""),
        Request.SetPowerState asked => ($"config_write16({asked.File.Index}, capability({asked.File.Index}, PCI_CAP_ID_PM) + PCI_PM_CTRL, PCI_PM_CTRL_STATE_MASK, {(int)asked.State})", ""),
        Request.FunctionLevelReset { AdvancedFeatures: false } asked => ($"config_write16({asked.File.Index}, capability({asked.File.Index}, PCI_CAP_ID_EXP) + PCI_EXP_DEVCTL, 0, PCI_EXP_DEVCTL_BCR_FLR)", ""),
        Request.FunctionLevelReset asked => ($"config_write16({asked.File.Index}, capability({asked.File.Index}, PCI_CAP_ID_AF) + PCI_AF_CTRL, 0, PCI_AF_CTRL_FLR)", ""),
        Request.EnterLowPower { Wakeup: WakeupArgument.None } asked => ($"feature({asked.File.Index}, VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY)", ""),
        Request.EnterLowPower asked => ($"feature_eventfd({asked.File.Index})", ""),
        Request.ExitLowPower asked => ($"feature({asked.File.Index}, VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_LOW_POWER_EXIT)", ""),
        Request.ExportDmaBuf asked => (Export(asked), asked.Arguments.Ranges.Count > 8 ? "more than 8 ranges are not written out" : ""),
        Request.ReadConfig asked => ($"config_read({asked.File.Index}, PCI_VENDOR_ID, &(__u16){{ 0 }}, 2)", ""),
        Request.ReadBar asked => ($"read_bar({asked.File.Index})", ""),
        Request.FaultBar or Request.MmapBar => ($"touch_bar({RequestObjects.Of(request)[0].Index})", ""),
        _ => OfOthers(request),
    };

    private (string Statement, string Remark) OfOthers(Request request) => request switch
    {
        Request.CloseDmaBuf asked => ($"close(buffers[{asked.Buffer.Index}]) ? -errno : 0", ""),
        Request.DupDmaBuf asked => ($"dup(buffers[{asked.Buffer.Index}]) < 0 ? -errno : 0", ""),
        Request.HotReset asked => ($"hot_reset({asked.File.Index})", asked.Foreign.IsEmpty ? "" : "the other devices of the slot must not be bound to this iommufd"),
        Request.GetInfo asked => ($"get_info({asked.File.Index})", ""),
        Request.OpenPath asked => ($"open_path({asked.Buffer.Index})", ""),
        Request.ClosePath asked => ($"close(paths[{asked.Buffer.Index}]) ? -errno : 0", ""),
        Request.MmapDmaBuf or Request.FaultDmaBuf => ($"touch_dma_buf({RequestObjects.Of(request)[0].Index})", ""),
        Request.EpollAdd asked => ($"epoll_add({asked.Buffer.Index})", ""),
        Request.EpollWait => ("epoll_wait(epoll, &(struct epoll_event){ 0 }, 1, 0)", "the model asks for this buffer's events only"),
        Request.Attach asked => ($"import({BufferOf(asked.Attachment)}, {asked.Attachment.Index})", "an in-kernel importer attaches here; iommufd attaches and maps at once"),
        Request.Map => ("0", "an in-kernel importer maps here; with iommufd the attach has done it"),
        Request.Unmap asked => ($"unimport({asked.Attachment.Index})", "an in-kernel importer unmaps here; iommufd detaches too"),
        Request.Detach asked => ($"unimport({asked.Attachment.Index})", "an in-kernel importer detaches here"),
        Request.StartDma => ("0", "a peer's DMA through the mapping: let the importing device access its IOVA here"),
        Request.Unbind asked => ($"write_attribute(\"/sys/bus/pci/drivers/%s/unbind\", \"vfio-pci\", bdf[{asked.Device.Index}])", ""),
        Request.Bind asked => ($"write_attribute(\"/sys/bus/pci/drivers/%s/bind\", \"vfio-pci\", bdf[{asked.Device.Index}])", ""),
        Request.SysfsReset asked => ($"write_attribute(\"/sys/bus/pci/devices/%s/reset\", bdf[{asked.Device.Index}], \"1\")", ""),
        Request.RemoveBySurprise asked => ($"write_attribute(\"/sys/bus/pci/devices/%s/remove\", bdf[{asked.Device.Index}], \"1\")", "a removal by hand; a surprise needs a hotplug slot"),
        Request.EnableSriov asked => ($"write_attribute(\"/sys/bus/pci/devices/%s/sriov_numvfs\", bdf[{asked.Device.Index}], \"1\")", ""),
        _ => ("0", $"{Comment(ScenarioPrinter.Print(Call.Of(request), scenario.Topology))}: no call of this program stands for it"),
    };

    private int BufferOf(AttachmentId importer) => scenario.Topology.Attachments[importer.Index].Buffer.Index;

    private static string Export(Request.ExportDmaBuf asked)
    {
        var ranges = asked.Arguments.Ranges.Take(8).ToArray();
        return $"export_dma_buf({asked.File.Index}, {asked.Buffer.Index}, {asked.Arguments.RegionIndex}, (const struct dma_range[]){{ {string.Join(", ", ranges.Select(range => $"{{ {range.Offset}ULL, {range.Length}ULL }}"))} }}, {ranges.Length})";
    }

    private static string Comment(string text) => text.Replace("*/", "* /", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
