using System.Text.RegularExpressions;
using Actors.Core.Machines;

namespace Actors.Exploration.Conformance;

/// <summary>The function entries that a trace shows when a task of the model goes on.</summary>
public sealed partial class ModelWords(TraceRules rules)
{
    private const string End = ": end";

    private readonly Dictionary<Step, Expected[]> ofSteps = new(ReferenceEqualityComparer.Instance);

    /// <summary>What shows between one step and the end of the next: the functions entered on the way, and those that the next step names.</summary>
    /// <param name="before">The task's calls before the last step.</param>
    /// <param name="after">The task now.</param>
    public IReadOnlyList<Expected> Next(IReadOnlyList<Frame> before, TaskState after)
    {
        if (after.IsIdle)
            return [];
        var same = 0;
        while (same < before.Count && same < after.Stack.Count && ReferenceEquals(before[same].Program, after.Stack[same].Program)
            && (same == 0 || before[same - 1].Position == after.Stack[same - 1].Position))
        {
            same++;
        }

        var expected = new List<Expected>();
        for (var level = Math.Max(1, same); level < after.Stack.Count; level++)
            expected.AddRange(Entered(after.Stack[level - 1], FunctionOf(after.Stack[level])));
        expected.AddRange(Of(after.Next));
        return expected;
    }

    /// <summary>What a deferred task shows that a stream turns out to run: the calls it is in, which may have been seen or not, and what its next step names.</summary>
    public IReadOnlyList<Expected> Resumed(TaskState state) =>
        [.. state.Stack.SelectMany(frame => rules.Of(FunctionOf(frame), "")).Select(shown => shown with { IsOptional = true }), .. Of(state.Next)];

    private static string FunctionOf(Frame frame) => frame.Program.Name.Split('[')[0];

    // The calling statement may name what was inlined around the call.
    private IEnumerable<Expected> Entered(Frame caller, string callee)
    {
        var step = caller.Program.Steps[caller.Position];
        var around = Named(step.Text).Where(word => word != callee).SelectMany(word => rules.Of(word, caller.Program.Name));
        return around.Concat(rules.Of(callee, caller.Program.Name));
    }

    // The wait for a lock is the same call as the queueing, the end of a reset the same as its begin.
    private Expected[] Of(Step step)
    {
        if (step is not Step.Send send || send.Kind == SendKind.Await || step.Text.EndsWith(End, StringComparison.Ordinal))
            return [];
        if (!ofSteps.TryGetValue(step, out var expected))
            ofSteps.Add(step, expected = [.. Named(step.Text).SelectMany(word => rules.Of(word, step.Function))]);
        return expected;
    }

    // A value that is stored negated was read by the step before.
    private static IEnumerable<string> Named(string text) => Name().Matches(text.Split(" = !")[0]).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"(?<name>[A-Za-z_]\w*)\(")]
    private static partial Regex Name();
}
