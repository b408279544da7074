using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Actors.Tests.Tidy;

/// <summary>The repository as files: what the Tidy tests read.</summary>
internal static partial class SourceTree
{
    /// <summary>The repository's root: the folder of the solution file.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>All C# sources below a folder of the repository, without build output; paths relative to the root, with slashes.</summary>
    public static IEnumerable<string> Sources(string folder) =>
        !Directory.Exists(Path.Combine(Root, folder))
            ? []
            : Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
                .Where(file => !file.Split('/').Any(part => part is "bin" or "obj"))
                .Order(StringComparer.Ordinal);

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>The namespaces a source names: its using lines, also static ones and aliases, and fully qualified names of our own in its code.</summary>
    public static IEnumerable<string> NamespacesUsed(string file) =>
        Lines(file).Select(line => OwnNamespace().Matches(StripComment(line)).Select(match => match.Value))
            .SelectMany(names => names)
            .Distinct();

    /// <summary>The line without what follows //; strings with slashes lose their tail, which no test here needs.</summary>
    public static string StripComment(string line)
    {
        var start = line.IndexOf("//", StringComparison.Ordinal);
        return start < 0 ? line : line[..start];
    }

    private static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = Path.GetDirectoryName(here);
        while (folder is not null && !File.Exists(Path.Combine(folder, "Actors.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("the tests must run where they were built: no Actors.sln above their source");
    }

    [GeneratedRegex(@"\b(?:Actors(?:\.[A-Z]\w*)+|System\.IO|Akka(?:\.\w+)*)")]
    private static partial Regex OwnNamespace();
}
