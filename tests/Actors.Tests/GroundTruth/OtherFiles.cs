using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Tests.GroundTruth;

/// <summary>Matrix cases that ask a file which is not an open device fd with access.</summary>
internal static class OtherFiles
{
    private const string Heading = "file: ";

    /// <summary>The file that a case names, or null when it is another case.</summary>
    public static string? Read(string name) => name.StartsWith(Heading, StringComparison.Ordinal) ? name[Heading.Length..] : null;

    public static Said Answer(string file, Row row, RecordedMachine machine)
    {
        var arguments = MatrixCases.Read(row["op"] == "export" ? "" : row["op"], machine.Traits).Arguments;
        switch (file)
        {
            case "closed device fd":
                var closed = machine.Copy();
                closed.Run.Request(RecordedMachine.Recorder, new Request.CloseDevice(closed.File));
                return Export(closed, closed.File, arguments);
            case "cdev not bound to an iommufd":
                var unbound = machine.WithUnboundCdev();
                return Export(unbound, unbound.SecondFile, arguments);
            case "group fd" or "container fd" or "iommufd":
                return Said.NotCovered(machine, $"no path of the exporter runs, the ioctl is another driver's: {file}");
            default:
                return Said.NotCovered(machine, $"only device files and dma-buf files are modelled, not: {file}");
        }
    }

    private static Said Export(RecordedMachine machine, DeviceFileId file, ExportArguments arguments)
    {
        machine.Run.Forget();
        machine.Run.Request(RecordedMachine.Recorder, new Request.ExportDmaBuf(file, new DmaBufId(0), arguments));
        return Said.Of(machine, machine.Run);
    }
}
