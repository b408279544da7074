namespace Actors.Core.Scenarios.Language;

/// <summary>A scenario file that cannot be read: where, what was found there and what was expected. Its message is one line.</summary>
public sealed class ScenarioSyntaxException : Exception
{
    /// <summary>Describes the first mistake of a file.</summary>
    /// <param name="fileName">The file as the user named it.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The column, from 1.</param>
    /// <param name="sourceLine">The text of the line.</param>
    /// <param name="found">What is wrong, as half a sentence.</param>
    /// <param name="expected">What would be right.</param>
    public ScenarioSyntaxException(string fileName, int line, int column, string sourceLine, string found, string expected)
        : base($"{fileName}:{line}:{column}: error: {found}, expected {expected}")
    {
        FileName = fileName;
        Line = line;
        Column = column;
        SourceLine = sourceLine;
        Found = found;
        Expected = expected;
    }

    /// <summary>The file as the user named it.</summary>
    public string FileName { get; }

    /// <summary>The line, from 1.</summary>
    public int Line { get; }

    /// <summary>The column, from 1.</summary>
    public int Column { get; }

    /// <summary>The text of the line.</summary>
    public string SourceLine { get; }

    /// <summary>What is wrong, as half a sentence.</summary>
    public string Found { get; }

    /// <summary>What would be right.</summary>
    public string Expected { get; }

    /// <summary>The source line, and below it a caret under the column. Tabs keep their width.</summary>
    public string Excerpt => $"{SourceLine}\n{new string([.. SourceLine.PadRight(Column).Take(Column - 1).Select(letter => letter == '\t' ? '\t' : ' ')])}^";
}
