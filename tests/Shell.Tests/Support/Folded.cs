using Actors.Core.Analysis;
using Actors.Core.Journal;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Shell;

namespace Shell.Tests.Support;

/// <summary>Folds the journal of a run that has ended.</summary>
internal static class Folded
{
    public static JournalFold Of(Model model, IEnumerable<JournalEntry> entries)
    {
        var fold = new JournalFold(model);
        foreach (var entry in JournalOrder.Canonical(entries))
        {
            if (!fold.Follow(entry))
                break;
        }

        fold.Finish();
        return fold;
    }

    /// <summary>What is wrong with a folded journal, in one line, or null: all of it must fold, and leave the world as the actors are.</summary>
    public static string? Complaint(JournalFold fold, int entries, Func<World, string?> difference)
    {
        if (fold.Divergence is not null)
            return fold.Divergence;
        if (fold.Stopped)
            return null;
        return fold.Count == entries ? difference(fold.World) : $"{fold.Count} of {entries} entries followed";
    }
    /// <summary>A storm stalls only where the kernel waits for ever; one that waits for itself was badly asked.</summary>
    public static void AssertBlamed(JournalFold fold, RunEnd end)
    {
        if (end == RunEnd.Stalled)
            Assert.Contains(fold.Findings, found => found.Finding.Violation.Property is Property.P9 or Property.P10);
    }
}
