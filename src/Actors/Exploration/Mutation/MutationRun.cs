using System.Diagnostics;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Mutation;

/// <summary>How mutants are drawn and judged.</summary>
public sealed record MutationOptions
{
    /// <summary>The most mutants.</summary>
    public int Count { get; init; } = int.MaxValue;

    /// <summary>Which of them, when there are more.</summary>
    public ulong Seed { get; init; }

    /// <summary>The most distinct states of one exploration; 0 = ten times those without the mutation, and 10,000.</summary>
    public long StatesMax { get; init; }

    /// <summary>Mutants judged at a time. Nothing that is reported depends on it.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>Called as it goes: mutants judged, of all, and killed.</summary>
    public Action<int, int, int>? OnProgress { get; init; }

    /// <summary>Ends the run early.</summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>Mutation testing of a set of scenarios on one revision: does a changed call path change what they find?</summary>
public sealed class MutationRun
{
    private readonly MutationOptions options;
    private readonly List<MutationTrial> trials = [];
    private readonly Dictionary<PathEdit, (Mutant Mutant, List<MutationTrial> Trials)> exercised = [];
    private readonly HashSet<PathEdit> others = [];

    /// <summary>Explores the scenarios as they are, and learns what they execute.</summary>
    /// <param name="models">The scenarios on one revision.</param>
    /// <param name="options">How.</param>
    public MutationRun(IEnumerable<Model> models, MutationOptions options)
    {
        this.options = options;
        foreach (var model in models.TakeWhile(_ => !options.Cancellation.IsCancellationRequested))
            trials.Add(new MutationTrial(model, options));
        foreach (var trial in trials)
            Learn(trial);
        others.ExceptWith(exercised.Keys);
    }

    /// <summary>Each scenario without mutations.</summary>
    public IReadOnlyList<(Model Model, ExplorationResult Result)> Unmutated => [.. trials.Select(trial => (trial.Model, trial.Unmutated))];

    /// <summary>Mutations of statements that the scenarios execute.</summary>
    public int Exercised => exercised.Count;

    /// <summary>Mutations of statements that they do not: nothing is said of those.</summary>
    public int NotExercised => others.Count;

    /// <summary>Judges the mutants; in the order of the call paths.</summary>
    public IReadOnlyList<MutantResult> Run()
    {
        var drawn = exercised.Values.OrderBy(entry => Fingerprint.Of($"{options.Seed}|{entry.Mutant.Edit}")).Take(options.Count).Select(entry => entry.Mutant.Edit).ToHashSet();
        var chosen = exercised.Values.Where(entry => drawn.Contains(entry.Mutant.Edit)).ToArray();
        var results = new MutantResult[chosen.Length];
        var (done, killed) = (0, 0);
        Parallel.For(0, chosen.Length, new ParallelOptions { MaxDegreeOfParallelism = options.Jobs }, index =>
        {
            results[index] = Judge(chosen[index].Mutant, chosen[index].Trials);
            if (results[index].Fate == Fate.Killed)
                Interlocked.Increment(ref killed);
            options.OnProgress?.Invoke(Interlocked.Increment(ref done), chosen.Length, killed);
        });
        return results;
    }

    // Of the scenarios that execute it, the smallest first; the first that kills it is enough.
    private MutantResult Judge(Mutant mutant, List<MutationTrial> executing)
    {
        var answers = new List<MutantResult>();
        foreach (var trial in executing.OrderBy(trial => trial.Unmutated.States))
        {
            if (options.Cancellation.IsCancellationRequested)
                return new MutantResult(mutant, Fate.NotRun, "interrupted", "");
            answers.Add(trial.Judge(mutant));
            if (answers[^1].Fate == Fate.Killed)
                break;
        }

        return answers.MinBy(answer => answer.Fate switch
        {
            Fate.Killed => 0,
            Fate.NotRun => 1,
            Fate.Inconclusive => 2,
            Fate.CannotRun => 3,
            Fate.Survived => 4 + MutationTrial.Rank(answer.Why),
            _ => throw new UnreachableException($"no rule for {answer.Fate}"),
        })!;
    }

    private void Learn(MutationTrial trial)
    {
        foreach (var path in trial.Model.Paths.All)
        {
            foreach (var mutant in MutantPlan.Of(path))
            {
                // A wait that never ends is reached, and its absence can be seen.
                if (!mutant.Positions.All(position => trial.Watch.HasRun(path, position) || trial.Watch.HasWaited(path, position)))
                    others.Add(mutant.Edit);
                else if (exercised.TryGetValue(mutant.Edit, out var known))
                    known.Trials.Add(trial);
                else
                    exercised.Add(mutant.Edit, (mutant, [trial]));
            }
        }
    }
}
