using Actors.Core.Vocabulary;
using Actors.Host.Reports;

namespace Actors.Host.Findings;

/// <summary>What lockdep reports besides deadlocks: an assertion, a release by a task that does not hold the lock, a lock held on return to user space. For other findings: the locks held.</summary>
internal static class HeldLockSplat
{
    /// <summary>The lines.</summary>
    public static IReadOnlyList<string> Lines(FindingCase found)
    {
        var text = new SplatText(found);
        text.Begin();
        text.Line($"WARNING: {Heading(found)}");
        text.Line($"{found.Model.Revision.Name} actors {HostContext.Version} model {TextLayout.Short(found.Model.Hash)} Not tainted");
        text.Line(new string('-', 54));
        if (found.Trace.Events.Count > 0)
        {
            var last = found.Trace.Events[^1];
            text.Line($"{text.Who(last.Task)} is at:");
            text.Line($" {last.Target ?? last.Text}, at: {last.Function}");
            text.Blank();
        }

        var world = found.WorldBeforeViolation();
        var holders = world.Tasks.Where(task => !task.Held.IsEmpty).ToArray();
        foreach (var task in holders)
            text.HeldBy(task);
        if (holders.Length == 0)
            text.Line("no locks held");
        text.Blank();
        if (found.Trace.Events.Count > 0)
        {
            text.Line("stack backtrace:");
            text.Backtrace(found.Trace.Events[^1]);
            text.Blank();
        }

        text.End();
        return text.Lines;
    }

    private static string Heading(FindingCase found) => found.Finding.Violation switch
    {
        { Property: Property.Locks } violation when violation.Text.StartsWith("lock held", StringComparison.Ordinal) => $"{violation.Text}!",
        { Property: Property.Locks } violation when violation.Text.StartsWith("lock released", StringComparison.Ordinal) => $"bad unlock balance detected! ({violation.Text})",
        { Property: Property.Locks } violation => violation.Text,
        var other => $"no lock rule is broken; locks held at: {other.Text}",
    };
}
