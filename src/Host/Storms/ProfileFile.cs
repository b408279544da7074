using System.Text;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Host.Storms;

/// <summary>A workload profile as a file: one verb and its weight on each line; # begins a comment.</summary>
public static class ProfileFile
{
    private static readonly Dictionary<string, Verb> Verbs = Enum.GetValues<Verb>().ToDictionary(NameOf);

    /// <summary>The verbs a file may name.</summary>
    public static IEnumerable<string> Names => Verbs.Keys;

    /// <summary>Reads a profile.</summary>
    public static WorkloadProfile Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: {error.Message}");
        }

        var weights = new List<(Verb, int)>();
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index].Split('#')[0];
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
                continue;
            var column = line.IndexOf(words[^1], StringComparison.Ordinal) + 1;
            if (!Verbs.TryGetValue(words[0], out var verb))
                throw Wrong(path, index, line.IndexOf(words[0], StringComparison.Ordinal) + 1, $"unknown verb '{words[0]}'{Nearest.Hint(words[0], Names)}", lines[index]);
            if (words.Length != 2 || !int.TryParse(words[1], out var weight) || weight < 0)
                throw Wrong(path, index, column, "expected a verb and a weight of at least 0", lines[index]);
            weights.Add((verb, weight));
        }

        return weights.Sum(entry => entry.Item2) > 0
            ? new WorkloadProfile(Sequence<(Verb, int)>.From(weights))
            : throw new InputException($"{path}: no verb has a weight");
    }

    private static InputException Wrong(string path, int line, int column, string what, string text) =>
        new($"{path}:{line + 1}:{column}: error: {what}{Environment.NewLine}  {text}{Environment.NewLine}  {new string(' ', column - 1)}^");

    private static string NameOf(Verb verb)
    {
        var name = new StringBuilder();
        foreach (var letter in verb.ToString())
            name.Append(char.IsUpper(letter) && name.Length > 0 ? "_" : "").Append(char.ToLowerInvariant(letter));
        return name.ToString();
    }
}
