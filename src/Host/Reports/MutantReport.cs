using Actors.Exploration.Mutation;
using Actors.Host.Inputs;

namespace Actors.Host.Reports;

/// <summary>A mutant as a report shows it.</summary>
/// <param name="Kind">What the mutation does.</param>
/// <param name="Edit">The mutation as a line of a patch file: the revision with it is <c>R+FILE.patch</c>.</param>
/// <param name="Fate">What became of it.</param>
/// <param name="Why">What killed it, or what can be told of why not.</param>
/// <param name="Scenario">The scenario that killed it, or empty.</param>
public sealed record MutantRow(string Kind, string Edit, Fate Fate, string Why, string Scenario)
{
    /// <summary>Of a survivor: whether the scenarios do not exercise it, it is the same on all schedules, or what it changes is not judged.</summary>
    public Survival? Survival { get; init; }
}

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
        [.. results.Select(result => new MutantRow(NameOf(result.Mutant.Kind), PathEditWords.Write(result.Mutant.Edit), result.Fate, WhyOf(result), result.Scenario) { Survival = result.Survival })]);

    /// <summary>Writes score, table and survivors in 72 columns.</summary>
    public void Write(TextWriter output)
    {
        foreach (var line in TextLayout.Paragraph($"{Revision}: {Killed} of {Judged} mutants killed{Share}; {CountOf(Fate.Inconclusive)} inconclusive at a bound, {CountOf(Fate.CannotRun)} no program of the model, {CountOf(Fate.NotRun)} not run. "
            + $"{Mutants.Count} of {Exercised} mutations of statements that the scenarios execute, seed {Seed}; {NotExercised} others are of statements they do not.", "", "  "))
            output.WriteLine(line);
        output.WriteLine();
        output.WriteLine($"  {"",-16} {"killed",8}   {"equivalent",10}  {"not exercised",13}  {"not judged",10}");
        foreach (var kind in Mutants.GroupBy(mutant => mutant.Kind))
        {
            int Of(Survival survival) => kind.Count(mutant => mutant.Survival == survival);
            var killed = kind.Count(mutant => mutant.Fate == Fate.Killed);
            output.WriteLine($"  {kind.Key,-16} {$"{killed}/{killed + kind.Count(mutant => mutant.Fate == Fate.Survived)}",8}   {Of(Survival.Equivalent),10}  {Of(Survival.NotExercised),13}  {Of(Survival.NotJudged),10}");
        }

        List(output, "Not exercised by these scenarios", mutant => mutant.Survival == Survival.NotExercised);
        List(output, "Not judged", mutant => mutant.Survival == Survival.NotJudged);
        List(output, "Equivalent on all schedules of these scenarios", mutant => mutant.Survival == Survival.Equivalent);
        List(output, "Inconclusive", mutant => mutant.Fate == Fate.Inconclusive);
        List(output, "No program of the model", mutant => mutant.Fate == Fate.CannotRun);
        output.WriteLine();
    }

    private string Share => Judged == 0 ? "" : $" ({(double)Killed / Judged:P0})";

    private int CountOf(Fate fate) => Mutants.Count(mutant => mutant.Fate == fate);

    private void List(TextWriter output, string title, Func<MutantRow, bool> which)
    {
        foreach (var group in Mutants.Where(which).GroupBy(mutant => mutant.Why))
        {
            var lines = TextLayout.Paragraph($"{title}: {group.Key}", "", "  ").Concat(group.SelectMany(mutant => TextLayout.Paragraph(mutant.Edit, "  ", "    ")));
            output.WriteLine();
            foreach (var line in lines)
                output.WriteLine(line);
        }
    }

    private static string WhyOf(MutantResult result) => result.Difference is { } difference ? $"final worlds differ in {PlaceOf(difference)}, and no property that is judged here tells" : result.Why;

    // What no property looks at: the fields of a machine, by the two states that differ least.
    private static string PlaceOf(FinalDifference difference)
    {
        if (difference.Machines.Count == 0)
            return difference.Results ? "the results of a task" : difference.Waiting ? "where a task waits for ever" : "which states come together";
        var (without, with) = difference.Machines.MinBy(pair => StateChanges.Names(pair.Without, pair.With).Count);
        return $"{with.GetType().Name}: {string.Join(", ", StateChanges.Names(without, with))}";
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
