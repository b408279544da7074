using System.Text.Json.Serialization;

namespace Actors.Host.Reports;

/// <summary>What a state of a series has of a finding.</summary>
public enum SeriesCell
{
    /// <summary>It is found.</summary>
    Found,

    /// <summary>It is found, and accepted by design.</summary>
    Accepted,

    /// <summary>All schedules were explored without it.</summary>
    Absent,

    /// <summary>A bound or an interruption came first.</summary>
    Open,
}

/// <summary>A state of a patch series. In JSON: an element of <c>states</c>.</summary>
/// <param name="Number">How many patches are applied.</param>
/// <param name="Patch">The newest of them; for 0 the revision.</param>
/// <param name="Revision">How a command line names it.</param>
/// <param name="Title">What the newest patch does, or empty.</param>
public sealed record SeriesState(int Number, string Patch, string Revision, string Title);

/// <summary>A finding of a scenario along the series. In JSON: an element of <c>rows</c>.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="File">Its file.</param>
/// <param name="Id">The finding.</param>
/// <param name="Property">Its property, or <c>clause</c>.</param>
/// <param name="Kind">Its sub-kind.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Function">Where.</param>
/// <param name="Cells">By state, from 0.</param>
public sealed record SeriesRow(string Scenario, string File, string Id, string Property, string Kind, string Text, string Function, IReadOnlyList<SeriesCell> Cells)
{
    /// <summary>The patches that introduce it: the state before them certainly has it not, or only as accepted.</summary>
    public IEnumerable<int> IntroducedBy => Changes((before, after) => before is SeriesCell.Absent or SeriesCell.Accepted && after == SeriesCell.Found);

    /// <summary>The patches that remove it.</summary>
    public IEnumerable<int> RemovedBy => Changes((before, after) => before == SeriesCell.Found && after is SeriesCell.Absent or SeriesCell.Accepted);

    /// <summary>Whether it is there from the base to the end.</summary>
    [JsonIgnore]
    public bool IsUntouched => Cells.All(cell => cell == Cells[0]);

    private IEnumerable<int> Changes(Func<SeriesCell, SeriesCell, bool> isChange) => Enumerable.Range(1, Cells.Count - 1).Where(state => isChange(Cells[state - 1], Cells[state]));
}

/// <summary>All findings along a series.</summary>
/// <param name="States">The states, the base first.</param>
/// <param name="Scenarios">What was explored on each.</param>
/// <param name="Rows">The findings.</param>
/// <param name="Open">Runs that did not explore everything.</param>
public sealed record SeriesReport(IReadOnlyList<SeriesState> States, IReadOnlyList<string> Scenarios, IReadOnlyList<SeriesRow> Rows, int Open);
