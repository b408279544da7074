using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;

namespace Actors.Exploration.Mutation;

/// <summary>All single mutations of a call path.</summary>
public static class MutantPlan
{
    /// <summary>The mutations of a path, in its order.</summary>
    public static IEnumerable<Mutant> Of(Program path) =>
        Enumerable.Range(0, path.Steps.Count).SelectMany(position => Of(path, position)).DistinctBy(mutant => mutant.Edit);

    private static IEnumerable<Mutant> Of(Program path, int position)
    {
        var step = path.Steps[position];
        if (PathWatch.IsGuard(step))
            return IsChoiceOfTheScenario(step) ? [] : [new Mutant(MutationKind.DropTest, new PathEdit.DropTest(path.Name, NameOf(path, position)), [position])];
        return IsStatement(step) ? [new Mutant(KindOf(step), new PathEdit.Drop(path.Name, NameOf(path, position)), [position]), .. Section(path, position), .. Swap(path, position)] : [];
    }

    private static MutationKind KindOf(Step step) => step switch
    {
        Step.Send { Kind: SendKind.Release } => MutationKind.DropUnlock,
        Step.Send { Kind: SendKind.Enqueue } => MutationKind.DropLock,
        Step.Send send when send.MessageType.Name.StartsWith("Wait", StringComparison.Ordinal) => MutationKind.DropWait,
        Step.Send send when send.MessageType == typeof(DmaBufMessage.KrefInit) && send.Text.Contains("reinit", StringComparison.Ordinal) => MutationKind.SkipRearm,
        _ => MutationKind.DropStatement,
    };

    // What the source has as a statement: the grant belongs to its lock, a check is no source.
    private static bool IsStatement(Step step) => step is Step.Send { Kind: not SendKind.Await } or Step.Call;

    // Which driver's code an importer runs is no test of the kernel.
    private static bool IsChoiceOfTheScenario(Step step) => step.Text.StartsWith("importer is ", StringComparison.Ordinal);

    // The lock and the next release of the same one.
    private static IEnumerable<Mutant> Section(Program path, int position)
    {
        if (path.Steps[position] is not Step.Send { Kind: SendKind.Enqueue } taken)
            yield break;
        for (var at = position + 1; at < path.Steps.Count; at++)
        {
            if (path.Steps[at] is not Step.Send { Kind: SendKind.Release } given || !given.Target.Equals(taken.Target))
                continue;
            yield return new Mutant(MutationKind.DropSection, new PathEdit.DropSection(path.Name, NameOf(path, position), NameOf(path, at)), [position, at]);
            yield break;
        }
    }

    // With the next statement, when nothing decides or returns between them.
    private static IEnumerable<Mutant> Swap(Program path, int position)
    {
        for (var at = position + 1; at < path.Steps.Count; at++)
        {
            var step = path.Steps[at];
            if (IsStatement(step) && step.Depth == path.Steps[position].Depth)
                yield return new Mutant(MutationKind.SwapSteps, new PathEdit.Swap(path.Name, NameOf(path, position), NameOf(path, at)), [position, at]);
            if (IsStatement(step) || step is not (Step.Send or Step.Check or Step.Assign or Step.AssertHeld))
                yield break;
        }
    }

    // As an edit names it: the n-th statement of that text where there are several. A lock's grant and a test's jump are part of the statement before.
    private static string NameOf(Program path, int position)
    {
        var text = path.Steps[position].Text;
        int[] heads = [.. Enumerable.Range(0, path.Steps.Count).Where(at => path.Steps[at] is not Step.Check && path.Steps[at].Text == text && !ContinuesTest(path, at))];
        return heads.Length < 2 ? text : $"{text}#{heads.Count(at => at <= position)}";
    }

    private static bool ContinuesTest(Program path, int at) =>
        at > 0 && path.Steps[at] is Step.Jump && path.Steps[at - 1] is Step.Send before && before.Text == path.Steps[at].Text;
}
