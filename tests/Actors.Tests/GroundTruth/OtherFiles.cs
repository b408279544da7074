namespace Actors.Tests.GroundTruth;

/// <summary>Cases that ask a file which is not an open device fd with access.</summary>
internal static class OtherFiles
{
    public static string? Read(string name) => name.StartsWith("file: ", StringComparison.Ordinal) ? name["file: ".Length..] : null;

    public static IEnumerable<Said> Answers(string file, Row row, RecordedMachine machine)
    {
        _ = row;
        return [Said.NotCovered(machine, $"file not modelled: {file}")];
    }
}
