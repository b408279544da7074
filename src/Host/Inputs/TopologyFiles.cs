using Actors.Core.Machines;
using Actors.Core.Machines.Pci;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;

namespace Actors.Host.Inputs;

/// <summary>Topology files, and their objects as a caller names them.</summary>
public static class TopologyFiles
{
    /// <summary>The objects of a topology file, or of a scenario.</summary>
    /// <exception cref="InputException">It cannot be read, or its first mistake.</exception>
    public static Topology Read(string path) => ScenarioFiles.Checked(() => TopologyParser.Parse(TextFiles.Read(path), path));

    /// <summary>The exporting device of that name; without a name the only one.</summary>
    public static DeviceId ExporterOf(string path, Topology topology, string? name)
    {
        string[] known = [.. Enumerable.Range(0, topology.Devices.Count).Select(index => $"v{index}")];
        if (name is null)
            return known.Length == 1 ? new DeviceId(0) : throw new InputException($"{path} has {known.Length} exporting devices; --device says which: {string.Join(", ", known)}");
        var found = Array.IndexOf(known, name);
        return found >= 0 ? new DeviceId(found) : throw new InputException($"{path} has no exporting device '{name}'; it has {string.Join(", ", known)}");
    }

    /// <summary>The longest segment of the importer of that name; null when the name is not an importer's.</summary>
    public static ulong? SegmentBytesOf(Topology topology, string name) =>
        Enumerable.Range(0, topology.Attachments.Count).FirstOrDefault(index => $"a{index}" == name, -1) is var importer and >= 0 ? topology.Attachments[importer].SegmentBytes : null;

    /// <summary>The device an importer attaches with: a function, another device, or that of an importer of a scenario.</summary>
    public static PciDevId ClientOf(string path, Topology topology, string name)
    {
        if (topology.Pci is not { } pci)
            throw new InputException($"{path} has no PCI topology; --mode bus, iova or phys needs none");
        var named = pci.Devices.ToList().FindIndex(device => device.Name == name && !device.IsBridge);
        if (named >= 0)
            return new PciDevId(named);
        var importer = Enumerable.Range(0, topology.Attachments.Count).FirstOrDefault(index => $"a{index}" == name, -1);
        if (importer >= 0)
            return topology.Attachments[importer].Dev ?? throw new InputException($"{name} of {path} attaches with no device of the topology");
        string[] known = [.. pci.Devices.Where(device => !device.IsBridge).Select(device => device.Name), .. topology.Attachments.Select((_, index) => $"a{index}")];
        throw new InputException($"{path} has no importer '{name}'{Nearest.Hint(name, known)}; it has {string.Join(", ", known)}");
    }
}
