using Actors.Exploration.Mutation;
using Actors.Host.Inputs;

namespace Actors.Host.Reports;

/// <summary>A mutant as a report shows it.</summary>
/// <param name="Kind">What the mutation does.</param>
/// <param name="Edit">The mutation as a line of a patch file: the revision with it is <c>R+FILE.patch</c>.</param>
/// <param name="Fate">What became of it.</param>
/// <param name="Why">What killed it, or what can be told of why not.</param>
/// <param name="Scenario">The scenario that killed it, or empty.</param>
public sealed record MutantRow(string Kind, string Edit, Fate Fate, string Why, string Scenario);

/// <summary>The mutants of one revision. In JSON: an element of <c>revisions</c> of <c>explore --mutants</c>.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Seed">What drew them.</param>
/// <param name="Exercised">Mutations of statements that the scenarios execute.</param>
/// <param name="NotExercised">Mutations of statements that they do not.</param>
/// <param name="Mutants">Those that were judged.</param>
public sealed record MutantReport(string Revision, ulong Seed, int Exercised, int NotExercised, IReadOnlyList<MutantRow> Mutants)
{
    /// <summary>How many were killed.</summary>
    public int Killed => CountOf(Fate.Killed);

    /// <summary>How many of those that could be judged.</summary>
    public int Judged => Killed + CountOf(Fate.Survived);

    /// <summary>The report of a run.</summary>
    public static MutantReport Of(string revision, ulong seed, MutationRun run, IReadOnlyList<MutantResult> results) => new(
        revision, seed, run.Exercised, run.NotExercised,
        [.. results.Select(result => new MutantRow(NameOf(result.Mutant.Kind), PathEditWords.Write(result.Mutant.Edit), result.Fate, result.Why, result.Scenario))]);

    /// <summary>Writes score, table and survivors in 72 columns.</summary>
    public void Write(TextWriter output)
    {
        foreach (var line in TextLayout.Paragraph($"{Revision}: {Killed} of {Judged} mutants killed{Share}; {CountOf(Fate.Inconclusive)} inconclusive at a bound, {CountOf(Fate.CannotRun)} no program of the model, {CountOf(Fate.NotRun)} not run. "
            + $"{Mutants.Count} of {Exercised} mutations of statements that the scenarios execute, seed {Seed}; {NotExercised} others are of statements they do not.", "", "  "))
            output.WriteLine(line);
        output.WriteLine();
        foreach (var kind in Mutants.GroupBy(mutant => mutant.Kind))
        {
            var judged = kind.Count(mutant => mutant.Fate is Fate.Killed or Fate.Survived);
            output.WriteLine($"  {kind.Key,-16} {kind.Count(mutant => mutant.Fate == Fate.Killed),4}/{judged}");
        }

        List(output, "Survivors", Fate.Survived);
        List(output, "Inconclusive", Fate.Inconclusive);
        List(output, "No program of the model", Fate.CannotRun);
        output.WriteLine();
    }

    private string Share => Judged == 0 ? "" : $" ({(double)Killed / Judged:P0})";

    private int CountOf(Fate fate) => Mutants.Count(mutant => mutant.Fate == fate);

    private void List(TextWriter output, string title, Fate fate)
    {
        foreach (var group in Mutants.Where(mutant => mutant.Fate == fate).GroupBy(mutant => mutant.Why))
        {
            var lines = TextLayout.Paragraph($"{title}: {group.Key}", "", "  ").Concat(group.SelectMany(mutant => TextLayout.Paragraph(mutant.Edit, "  ", "    ")));
            output.WriteLine();
            foreach (var line in lines)
                output.WriteLine(line);
        }
    }

    private static string NameOf(MutationKind kind) => kind switch
    {
        MutationKind.DropUnlock => "drop unlock",
        MutationKind.DropLock => "drop lock",
        MutationKind.DropSection => "drop section",
        MutationKind.DropWait => "drop wait",
        MutationKind.SkipRearm => "skip re-arm",
        MutationKind.DropStatement => "drop statement",
        MutationKind.DropTest => "drop test",
        MutationKind.SwapSteps => "swap",
    };
}
