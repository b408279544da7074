using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Exploration;

namespace Actors.Host.Exports;

/// <summary>A schedule as a program in the shape of syzkaller's: one call a line in order of beginning, <c>(async)</c> where the next one overlaps it.</summary>
internal sealed class SyzProgram(Model model, Witness witness)
{
    private readonly Scenario scenario = model.Scenario;

    /// <summary>Writes the program.</summary>
    public void Write(TextWriter output)
    {
        var times = RequestTimes.Of(model, witness).OrderBy(time => time.Begin).ThenBy(time => time.Number).ToArray();
        output.WriteLine($"# MODEL {witness.Finding.Id} {witness.Finding.Violation.Property} on {model.Revision.Name}: {witness.Finding.Violation.Text}");
        for (var device = 0; device < scenario.Topology.Devices.Count; device++)
        {
            if (scenario.Devices[device].Open)
                output.WriteLine($"r{device} = openat(0xffffffffffffff9c, &AUTO='/dev/vfio/devices/vfio{device}\\x00', 0x2, 0x0)");
        }

        for (var buffer = 0; buffer < scenario.Topology.Buffers.Count; buffer++)
        {
            if (scenario.Buffers[buffer].Exported)
                output.WriteLine($"{Register(new Core.Vocabulary.DmaBufId(buffer))} = {Export(scenario.Topology.Buffers[buffer].Index, ExportArguments.OnePage)}");
        }

        for (var index = 0; index < times.Length; index++)
        {
            var overlaps = index + 1 < times.Length && times[index + 1].Begin < times[index].End;
            output.WriteLine($"# P{times[index].Task}: {ScenarioPrinter.Print(times[index].Call, scenario.Topology)}");
            output.WriteLine($"{Line(times[index].Call.Request)}{(overlaps ? " (async)" : "")}");
        }
    }

    private string Register(Core.Vocabulary.DmaBufId buffer) => $"r{scenario.Topology.Files.Count + buffer.Index}";

    private static string Export(int file, ExportArguments arguments) =>
        $"ioctl(r{file}, 0x3b75, &AUTO={{0x{arguments.Argsz:x}, 0x{arguments.Flags:x}, 0x{arguments.RegionIndex:x}, 0x{arguments.OpenFlags:x}, 0x{arguments.DmaBufFlags:x}, 0x{arguments.NrRanges:x}, [{string.Join(", ", arguments.Ranges.Select(range => $"{{0x{range.Offset:x}, 0x{range.Length:x}}}"))}]}})";

    private string Line(Request request) => request switch
    {
        Request.OpenDevice asked => $"r{asked.File.Index} = openat(0xffffffffffffff9c, &AUTO='/dev/vfio/devices/vfio{scenario.Topology.Files[asked.File.Index].Index}\\x00', 0x2, 0x0)",
        Request.CloseDevice asked => $"close(r{asked.File.Index})",
        Request.Reset asked => $"ioctl(r{asked.File.Index}, 0x3b6f, 0x0)",
        Request.ExportDmaBuf asked => $"{Register(asked.Buffer)} = {Export(asked.File.Index, asked.Arguments)}",
        Request.EnterLowPower asked => $"ioctl(r{asked.File.Index}, 0x3b75, &AUTO={{0x8, 0x{(asked.Wakeup == WakeupArgument.None ? 0x20003 : 0x20004):x}}})",
        Request.ExitLowPower asked => $"ioctl(r{asked.File.Index}, 0x3b75, &AUTO={{0x8, 0x20005}})",
        Request.WriteCommand asked => $"pwrite64(r{asked.File.Index}, &AUTO='\\x0{(asked.Memory ? 6 : 4)}\\x00', 0x2, 0x70000000004)",
        Request.CloseDmaBuf asked => $"close({Register(asked.Buffer)})",
        Request.DupDmaBuf asked => $"dup({Register(asked.Buffer)})",
        _ => $"# no system call of its own: {ScenarioPrinter.Print(Call.Of(request), scenario.Topology)}",
    };
}
