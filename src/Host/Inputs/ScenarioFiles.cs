using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;

namespace Actors.Host.Inputs;

/// <summary>A scenario and where it came from.</summary>
/// <param name="Path">As a command line names it; <c>-</c> for standard input.</param>
/// <param name="Scenario">What it says.</param>
public sealed record ScenarioFile(string Path, Scenario Scenario);

/// <summary>Scenario files as a caller names them: files, folders, or <c>-</c>.</summary>
public static class ScenarioFiles
{
    /// <summary>Standard input.</summary>
    public const string StandardInput = "-";

    private const string Pattern = "*.litmus";

    /// <summary>Reads all of them; the first mistake of any file ends it.</summary>
    public static IReadOnlyList<ScenarioFile> Read(IEnumerable<string> names, TextReader input) => [.. Paths(names).Select(path => Parse(path, TextOf(path, input)))];

    /// <summary>The files that are meant, folders unfolded.</summary>
    public static IReadOnlyList<string> Paths(IEnumerable<string> names) => [.. names.SelectMany(Expand).Distinct()];

    /// <summary>The text of one of them.</summary>
    public static string TextOf(string path, TextReader input) => path == StandardInput ? input.ReadToEnd() : TextFiles.Read(path);

    /// <summary>A file as messages name it.</summary>
    public static string NameOf(string path) => path == StandardInput ? "<stdin>" : path;

    /// <summary>The scenario of a text; a mistake in it is told with its place, the line and a caret.</summary>
    public static ScenarioFile Parse(string path, string text) => new(path, Checked(() => ScenarioParser.Parse(text, NameOf(path))));

    /// <summary>What some work on a scenario's text answers; a mistake in the text is told with its place, the line and a caret.</summary>
    public static T Checked<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ScenarioSyntaxException wrong)
        {
            throw new InputException($"{wrong.Message}\n{wrong.Excerpt}");
        }
    }

    /// <summary>Refuses a scenario that begins with what the revision does not have.</summary>
    public static void CheckPossible(ScenarioFile file, KernelRevision revision)
    {
        if (!revision.DmaBufBuiltIn && file.Scenario.Buffers.Any(buffer => buffer.Exported))
            throw new InputException($"{file.Path}: impossible configuration: it begins with an exported dma-buf, and {revision.Name} is built without CONFIG_VFIO_PCI_DMABUF");
    }

    private static IEnumerable<string> Expand(string name)
    {
        if (!Directory.Exists(name))
            return [name];
        return Directory.EnumerateFiles(name, Pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal);
    }
}
