using Actors.Core.Machines;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;

namespace Actors.Exploration.Mutation;

/// <summary>One scenario on one revision, with and without a mutation.</summary>
internal sealed class MutationTrial
{
    private const string Commute = "the two statements commute here: as many states, the same final worlds";
    private const string AlwaysHolds = "the condition always holds here";
    private const string NothingDiffers = "it makes no difference here: as many states, the same final worlds";
    private const string NeverWrites = "it changes no machine here, and no decision behind it: the same final worlds";
    private const string SameEnds = "the same final worlds on all schedules; only the way there differs";
    private const string WorldsDiffer = "final worlds differ, and no property that is judged here tells";
    private const long StatesFactor = 10;
    private const long StatesMore = 10_000;

    // The strongest reason first: what one scenario shows to differ is not the same in all.
    private static readonly string[] Strongest = [WorldsDiffer, SameEnds, NeverWrites, NothingDiffers, AlwaysHolds, Commute];

    private readonly MutationOptions options;
    private readonly HashSet<string> known;

    public MutationTrial(Model model, MutationOptions options)
    {
        this.options = options;
        Model = model;
        Watch = new PathWatch(model);
        Unmutated = new Explorer(model, new ExplorerOptions
        {
            Reduction = true, Workers = options.Jobs, StatesMax = options.StatesMax, Cancellation = options.Cancellation, OnTransition = Watch.Observe,
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
            return Compare(mutant, Explore(mutant));
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

    private ExplorationResult Explore(Mutant mutant)
    {
        var revision = Model.Revision with
        {
            Base = Model.Revision.Edits.IsEmpty ? Model.Revision.Name : Model.Revision.Base,
            Edits = Model.Revision.Edits.Add(mutant.Edit),
        };
        return new Explorer(new Model(revision, Model.Scenario, Model.Policy), new ExplorerOptions
        {
            Reduction = true,
            StatesMax = options.StatesMax > 0 ? options.StatesMax : (StatesFactor * Unmutated.States) + StatesMore,
            Cancellation = options.Cancellation,
            Enough = findings => findings.Any(finding => !known.Contains(finding.Id)),
        }).Run();
    }

    private MutantResult Compare(Mutant mutant, ExplorationResult result)
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
            ? new MutantResult(mutant, Fate.Survived, Why(mutant, result), "")
            : Killed(mutant, "the scenario's clause");
    }

    private MutantResult Killed(Mutant mutant, string why) => new(mutant, Fate.Killed, why, Model.Scenario.Name);

    private string Why(Mutant mutant, ExplorationResult result)
    {
        if ((result.FinalStates, result.FinalFingerprint) != (Unmutated.FinalStates, Unmutated.FinalFingerprint))
            return WorldsDiffer;
        var path = Model.Paths.All.First(path => path.Name == mutant.Edit.Function);
        if (mutant.Kind == MutationKind.DropTest && !Watch.HasFailed(path, mutant.Positions[0]))
            return AlwaysHolds;
        if ((result.States, result.Transitions) == (Unmutated.States, Unmutated.Transitions))
            return mutant.Kind == MutationKind.SwapSteps ? Commute : NothingDiffers;
        return mutant.Kind != MutationKind.SwapSteps && mutant.Positions.All(position => path.Steps[position] is Step.Send && !Watch.HasWritten(path, position)) ? NeverWrites : SameEnds;
    }

    private static HashSet<string> Ids(ExplorationResult result) => [.. result.Findings.Select(witness => witness.Finding.Id)];
}
