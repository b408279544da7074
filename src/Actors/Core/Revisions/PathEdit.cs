using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>A what-if change of one call path, as a patch hunk would make it. Part of a revision: it is applied when the path is written.</summary>
/// <remarks>
/// A step is named by its text or by its mark in the call-path sheet (M3, C4); <c>#n</c> behind it picks the n-th of several.
/// A step stands for its whole statement: a lock for queueing and grant, a test for the test and what depends on it.
/// Check steps are no kernel source: they cannot be named, they stay where they are, and only those of a release travel with it.
/// Where a statement goes may also be <c>begin</c> or <c>end</c>: the beginning of the function, or before its last return.
/// </remarks>
/// <param name="Function">The call path's name.</param>
public abstract record PathEdit(string Function)
{
    /// <summary>Removes a statement.</summary>
    public sealed record Drop(string Function, string Step) : PathEdit(Function);

    /// <summary>Removes a lock and the release that belongs to it; what they enclosed stays.</summary>
    public sealed record DropSection(string Function, string Lock, string Release) : PathEdit(Function);

    /// <summary>Removes a test and keeps what depends on it: the body always runs.</summary>
    public sealed record DropTest(string Function, string Step) : PathEdit(Function);

    /// <summary>Exchanges two statements.</summary>
    public sealed record Swap(string Function, string First, string Second) : PathEdit(Function);

    /// <summary>Moves a statement directly before another.</summary>
    public sealed record Move(string Function, string Step, string Before) : PathEdit(Function);

    /// <summary>Writes a statement a second time, directly before another.</summary>
    public sealed record Repeat(string Function, string Step, string Before) : PathEdit(Function);

    /// <summary>Writes a statement of another function, or of another revision, directly before another one; it is taken as it is there.</summary>
    public sealed record Insert(string Function, string Step, StepSource From, string Before) : PathEdit(Function);

    /// <summary>Removes a lock from a function: every place that takes it or gives it back; a trylock succeeds without it. Assertions stay, and fail.</summary>
    public sealed record WithoutLock(string Function, MachineKind Lock) : PathEdit(Function);

    /// <summary>Holds a lock, as a writer, from the beginning of a function to each of its returns.</summary>
    public sealed record Hold(string Function, MachineKind Lock) : PathEdit(Function);
}

/// <summary>Where an inserted statement comes from.</summary>
/// <param name="Function">The function.</param>
/// <param name="Revision">The revision; empty = the edited one before its edits.</param>
public sealed record StepSource(string Function, string Revision);

/// <summary>A path edit that cannot be applied: the message says what was asked and what is there.</summary>
public sealed class PathEditException(string message) : Exception(message);

/// <summary>Applies path edits.</summary>
public static class PathEdits
{
    private const int SuggestionsMax = 3;

    /// <summary>The program with the edits of its name applied, in order.</summary>
    /// <param name="program">The program.</param>
    /// <param name="edits">Edits, also of other functions.</param>
    /// <param name="source">Finds the function an inserted statement is taken from; its calls are bound where the program is used.</param>
    public static Program Apply(Program program, Sequence<PathEdit> edits, Func<StepSource, Program>? source = null)
    {
        var own = edits.Where(edit => edit.Function == program.Name).ToArray();
        if (own.Length == 0)
            return program;
        var path = new EditablePath(program);
        foreach (var edit in own)
            path.Apply(edit, source ?? (from => throw new PathEditException($"{program.Name}: there is no '{from.Function}' to take a statement from")));
        return path.ToProgram();
    }

    /// <summary>Throws when an edit names no function.</summary>
    public static void CheckFunctions(Sequence<PathEdit> edits, IEnumerable<string> functions)
    {
        var known = functions.ToArray();
        foreach (var edit in edits.Where(edit => !known.Contains(edit.Function)))
            throw new PathEditException($"no call path '{edit.Function}'; nearest: {Nearest(edit.Function, known)}");
    }

    /// <summary>The names closest to what was asked for: those that contain it, then by edit distance.</summary>
    internal static string Nearest(string asked, IEnumerable<string> names) =>
        string.Join(", ", names.Distinct()
            .OrderBy(name => name.Contains(asked, StringComparison.OrdinalIgnoreCase) ? 0 : 1)
            .ThenBy(name => Distance(asked, name))
            .ThenBy(name => name, StringComparer.Ordinal)
            .Take(SuggestionsMax)
            .Select(name => $"'{name}'"));

    // Levenshtein, one row at a time.
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
