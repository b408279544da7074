using Actors.Core.Machines;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;

namespace Actors.Exploration.Mutation;

/// <summary>One scenario on one revision, with and without a mutation.</summary>
internal sealed class MutationTrial
{
    private const string Commute = "the two statements commute: as many states, the same final worlds";
    private const string AlwaysHolds = "the condition always holds";
    private const string NeverWaits = "it never has to wait";
    private const string NeverAwaited = "nobody ever waits for the lock";
    private const string NeverWrites = "whenever it runs, it changes no machine";
    private const string NothingDiffers = "as many states, the same final worlds";
    private const string SameEnds = "the same final worlds on all schedules; only the way there differs";
    private const string WorldsDiffer = "final worlds differ";
    private const long StatesFactor = 10;
    private const long StatesMore = 10_000;

    // What one scenario shows to differ is not the same in all, and what one exercises is not unexercised: the strongest reason first.
    private static readonly string[] Strongest = [WorldsDiffer, SameEnds, NothingDiffers, Commute, NeverWrites, NeverWaits, NeverAwaited, AlwaysHolds];

    private readonly MutationOptions options;
    private readonly HashSet<string> known;
    private readonly FinalStates finals;

    public MutationTrial(Model model, MutationOptions options)
    {
        this.options = options;
        Model = model;
        Watch = new PathWatch(model);
        finals = new FinalStates(model);
        Unmutated = new Explorer(model, new ExplorerOptions
        {
            OnFinal = finals.Add, Reduction = true, Workers = options.Jobs, StatesMax = options.StatesMax, Cancellation = options.Cancellation, OnTransition = Watch.Observe,
        }).Run();
        known = Ids(Unmutated);
    }

    public Model Model { get; }

    public PathWatch Watch { get; }

    public ExplorationResult Unmutated { get; }

    public static int Rank(string why) => Array.IndexOf(Strongest, why);

    public MutantResult Judge(Mutant mutant)
    {
        try
        {
            var ends = new FinalStates(Model);
            return Compare(mutant, Explore(mutant, ends), ends);
        }
        catch (PathEditException refused)
        {
            return new MutantResult(mutant, Fate.CannotRun, refused.Message, "");
        }
        // A mutated path hands its lambdas what no path of the kernel would: anything can come of it, and it is shown in its own words.
        catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException))
        {
            return new MutantResult(mutant, Fate.CannotRun, failure.GetBaseException().Message.ReplaceLineEndings(" "), "");
        }
    }

    private ExplorationResult Explore(Mutant mutant, FinalStates ends)
    {
        var revision = Model.Revision with
        {
            Base = Model.Revision.Edits.IsEmpty ? Model.Revision.Name : Model.Revision.Base,
            Edits = Model.Revision.Edits.Add(mutant.Edit),
        };
        return new Explorer(new Model(revision, Model.Scenario, Model.Policy), new ExplorerOptions
        {
            Reduction = true,
            OnFinal = ends.Add,
            StatesMax = options.StatesMax > 0 ? options.StatesMax : (StatesFactor * Unmutated.States) + StatesMore,
            Cancellation = options.Cancellation,
            Enough = findings => findings.Any(finding => !known.Contains(finding.Id)),
        }).Run();
    }

    private MutantResult Compare(Mutant mutant, ExplorationResult result, FinalStates ends)
    {
        var isComplete = (Unmutated.Completion, result.Completion) == (Completion.ExploredAll, Completion.ExploredAll);
        var found = result.Findings.Select(witness => witness.Finding).FirstOrDefault(finding => !known.Contains(finding.Id));
        if (found is not null && Unmutated.Completion == Completion.ExploredAll)
            return Killed(mutant, $"{found.Violation.Property}: {found.Violation.Text}");
        if (result.Completion == Completion.Interrupted)
            return new MutantResult(mutant, Fate.NotRun, "interrupted", "");
        if (!isComplete)
            return new MutantResult(mutant, Fate.Inconclusive, $"stopped at {result.States:N0} states", "");
        var gone = Unmutated.Findings.Select(witness => witness.Finding).FirstOrDefault(finding => result.Findings.All(witness => witness.Finding.Id != finding.Id));
        if (gone is not null)
            return Killed(mutant, $"no longer found: {gone.Violation.Property}: {gone.Violation.Text}");
        return result.Observation?.Positive > 0 == Unmutated.Observation?.Positive > 0 && result.Observation?.Negative > 0 == Unmutated.Observation?.Negative > 0
            ? Survived(mutant, result, ends)
            : Killed(mutant, "the scenario's clause");
    }

    private MutantResult Killed(Mutant mutant, string why) => new(mutant, Fate.Killed, why, Model.Scenario.Name);

    private MutantResult Survived(Mutant mutant, ExplorationResult result, FinalStates ends)
    {
        if ((result.FinalStates, result.FinalFingerprint) != (Unmutated.FinalStates, Unmutated.FinalFingerprint))
            return new MutantResult(mutant, Fate.Survived, WorldsDiffer, "") { Survival = Survival.NotJudged, Difference = finals.DifferenceTo(ends) };
        return Missing(mutant) is { } missing
            ? new MutantResult(mutant, Fate.Survived, missing, "") { Survival = Survival.NotExercised }
            : new MutantResult(mutant, Fate.Survived, Same(mutant, result), "") { Survival = Survival.Equivalent };
    }

    // What the statement is for, if it never comes here.
    private string? Missing(Mutant mutant)
    {
        var path = Model.Paths.All.First(path => path.Name == mutant.Edit.Function);
        var first = mutant.Positions[0];
        return mutant.Kind switch
        {
            MutationKind.DropTest => Watch.HasFailed(path, first) ? null : AlwaysHolds,
            MutationKind.DropWait => Watch.HasWaited(path, first) ? null : NeverWaits,
            MutationKind.DropSection => Watch.IsAwaited(path, first) ? null : NeverAwaited,
            MutationKind.DropStatement or MutationKind.SkipRearm => path.Steps[first] is Step.Send && !Watch.HasWritten(path, first) ? NeverWrites : null,
            MutationKind.DropLock or MutationKind.DropUnlock or MutationKind.SwapSteps => null,
        };
    }

    private string Same(Mutant mutant, ExplorationResult result) =>
        (result.States, result.Transitions) != (Unmutated.States, Unmutated.Transitions) ? SameEnds : mutant.Kind == MutationKind.SwapSteps ? Commute : NothingDiffers;

    private static HashSet<string> Ids(ExplorationResult result) => [.. result.Findings.Select(witness => witness.Finding.Id)];
}
