using System.Text;
using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios.Language;

/// <summary>Writes a scenario in the canonical form: what the parser reads back is the same scenario.</summary>
public static class ScenarioPrinter
{
    /// <summary>The text of a scenario.</summary>
    /// <remarks>Comments that begin with <c>#</c> or <c>//</c> are no part of a scenario, and loops were unrolled when it was read.</remarks>
    public static string Print(Scenario scenario)
    {
        var text = new StringBuilder();
        Line(text, $"vfio {scenario.Name}");
        if (scenario.Comment.Length > 0)
        {
            foreach (var line in scenario.Comment.Split('\n'))
                Line(text, $"\"{line.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
        }

        PrintObjects(text, scenario);
        if (scenario.Bounds.StatesMax > 0)
            Line(text, $"bounds states={scenario.Bounds.StatesMax};");
        if (!scenario.Revisions.IsEmpty)
            Line(text, $"revisions {string.Join(", ", scenario.Revisions)};");
        if (!scenario.PropertiesOff.IsEmpty)
            Line(text, $"properties off: {string.Join(", ", scenario.PropertiesOff)};");
        for (var task = 0; task < scenario.Tasks.Count; task++)
            PrintProcess(text, scenario, task);
        if (!scenario.Locations.IsEmpty)
            Line(text, $"locations [{string.Join(" ", scenario.Locations.Select(location => $"{location};"))}]");
        if (scenario.Condition is { } condition)
            Line(text, $"{Word(condition.Quantifier)} ({Text(condition.Clause, -1)})");
        return text.ToString();
    }

    /// <summary>A call as the language writes it, without the condition around it: <c>r0 = map(a0) (may_fail)</c>.</summary>
    /// <param name="call">The call.</param>
    /// <param name="topology">Says which files are a device's first; they are written as the device.</param>
    public static string Print(Call call, Topology topology)
    {
        var (verb, target, more) = VerbTable.Write(call.Request);
        var named = target[0] == 'f' && target.Length > 1 && int.Parse(target.AsSpan(1)) < topology.Devices.Count ? $"v{target[1..]}" : target;
        var result = call.Register >= 0 ? $"r{call.Register} = " : "";
        return $"{result}{verb}({named}{(more.Length > 0 ? $", {more}" : "")}){CallProperties.Write(call)}";
    }

    /// <summary>A clause as a condition writes it: <c>0:r0=0 /\ ~1:r1=-ENODEV</c>.</summary>
    public static string Print(Clause clause) => Text(clause, -1);

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');

    private static string Word(Quantifier quantifier) => quantifier switch
    {
        Quantifier.Exists => "exists",
        Quantifier.NotExists => "~exists",
        Quantifier.ForAll => "forall",
    };

    private static void PrintObjects(StringBuilder text, Scenario scenario)
    {
        var topology = scenario.Topology;
        Line(text, "{");
        for (var index = 0; index < topology.DmaDevices.Count; index++)
            Line(text, $"    d{index}: {DmaWords.Of(topology.DmaDevices[index].Dma)};");
        var devices = topology.Pci is { } pci ? PciWords.Lines(topology, pci, Device) : Enumerable.Range(0, topology.Devices.Count).Select(Device);
        foreach (var line in devices)
            Line(text, $"    {line};");
        for (var index = topology.Devices.Count; index < topology.Files.Count; index++)
            Line(text, $"    f{index}: file of {topology.Files[index]};");
        for (var index = 0; index < topology.Buffers.Count; index++)
            Line(text, $"    b{index}: dma_buf of {topology.Buffers[index]}{(scenario.Buffers[index].Exported ? "" : " free")};");
        for (var index = 0; index < topology.Attachments.Count; index++)
        {
            var (place, start) = (topology.Attachments[index], scenario.Attachments[index]);
            var how = start switch { { Attached: false } => " free", { Mapped: true } => " mapped", _ => "" };
            var mode = place.Dev is { } dev ? $" on {topology.Pci![dev].Name}" : place.Mode == ImporterMode.Phys ? "" : $" {Words.Of(Words.Modes, place.Mode)}";
            var usual = place.DmaDevice is { } on ? topology.DmaDevices[on.Index].Dma.SegmentBytes : AttachmentPlace.SegmentBytesMax;
            var segment = place.SegmentBytes == usual ? "" : $" max_segment {Words.Size(place.SegmentBytes)}";
            var described = place is { Dev: null, DmaDevice: { } device } ? $" dev {device}" : "";
            Line(text, $"    a{index}: importer {Words.Of(Words.Importers, place.Kind)}{mode} of {place.Buffer}{how}{(place.Peer2Peer ? "" : " no_peer2peer")}{segment}{described};");
        }

        Line(text, "}");
        string Device(int index) => $"v{index}: {string.Join(" ", DeviceText(topology, index, scenario.Devices[index]))}";
    }

    private static IEnumerable<string> DeviceText(Topology topology, int index, DeviceStart start)
    {
        var place = topology.Devices[index];
        yield return "device";
        if (!start.Bound)
            yield return "unbound";
        else if (!start.Open)
            yield return "closed";
        else if (!start.Memory)
            yield return "memory off";
        if (DeviceWords.Of(place.Traits) is { Length: > 0 } traits)
            yield return traits;
        if (place.DevSet != 0)
            yield return $"dev_set {place.DevSet}";
        if (place.PciDev is not { } id)
            yield break;
        if (place.Traits.BusOffset == 0 && topology.Pci!.HostBridges[topology.Pci[id].HostBridge].BusOffset != 0)
            yield return "bus_offset 0";
        yield return PciWords.PlaceOf(topology.Pci!, id).TrimStart();
    }

    private static void PrintProcess(StringBuilder text, Scenario scenario, int task)
    {
        Line(text, $"P{task} {{");
        Clause? open = null;
        foreach (var call in scenario.Tasks[task])
        {
            if (open is not null && !open.Equals(call.When))
                Line(text, "    }");
            if (call.When is not null && !call.When.Equals(open))
                Line(text, $"    if ({Text(call.When, task)}) {{");
            Line(text, $"    {(call.When is null ? "" : "    ")}{Print(call, scenario.Topology)};");
            open = call.When;
        }

        if (open is not null)
            Line(text, "    }");
        Line(text, "}");
    }

    // In a process as C writes it, in a condition as herd does. The parser associates to the left.
    private static string Text(Clause clause, int task)
    {
        var (and, or, not) = task < 0 ? (" /\\ ", " \\/ ", "~") : (" && ", " || ", "!");
        return clause switch
        {
            Clause.Compare compare => Text(compare, task, Words.Of(Words.Comparisons, compare.How)),
            Clause.Not { Inner: Clause.Compare { How: Comparison.Equal } compare } when task >= 0 => Text(compare, task, "!="),
            Clause.Not { Inner: Clause.And or Clause.Or } group => $"{not}({Text(group.Inner, task)})",
            Clause.Not single => $"{not}{Text(single.Inner, task)}",
            Clause.And both => $"{Grouped(both.Left, task, both.Left is Clause.Or)}{and}{Grouped(both.Right, task, both.Right is Clause.Or or Clause.And)}",
            Clause.Or either => $"{Text(either.Left, task)}{or}{Grouped(either.Right, task, either.Right is Clause.Or)}",
            _ => throw new System.Diagnostics.UnreachableException($"no rule for {clause}"),
        };
    }

    private static string Text(Clause.Compare compare, int task, string how)
    {
        var value = compare.Place is Location.Field ? ObjectFields.Text(compare.Place, compare.Value) : Words.Result(compare.Value);
        return task < 0 ? $"{compare.Place}{how}{value}" : $"r{((Location.Register)compare.Place).Number} {(how == "=" ? "==" : how)} {value}";
    }

    private static string Grouped(Clause clause, int task, bool parentheses) => parentheses ? $"({Text(clause, task)})" : Text(clause, task);
}
