using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Shrinking;

/// <summary>A scenario whose objects are numbered in the order in which its tasks name them.</summary>
public static class FirstUseOrder
{
    private const int TasksMax = 5;

    /// <summary>The scenario with its tasks in another order.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="tasks">Its tasks as they come; those that are not among them, and slots of deferred work, change nothing.</param>
    public static Scenario Of(Scenario scenario, IEnumerable<int> tasks)
    {
        var count = scenario.Tasks.Count;
        int[] order = [.. tasks.Concat(Enumerable.Range(0, count)).Where(task => task < count).Distinct()];
        var named = order.SelectMany(task => scenario.Tasks[task]).SelectMany(call => RequestObjects.Of(call.Request)).ToArray();
        var all = ScenarioPart.All(scenario);
        return new ScenarioPart(scenario, all.Devices, all.Files, Ordered(MachineKind.DmaBuf, all.Buffers), Ordered(MachineKind.Attachment, all.Attachments)).With(order);

        IEnumerable<int> Ordered(MachineKind kind, IReadOnlyList<int> indices) => named.Where(machine => machine.Kind == kind).Select(machine => machine.Index).Concat(indices).Distinct();
    }

    /// <summary>Of all orders of its tasks the one whose text is the least: the same for scenarios that differ only in numbering. Null where registers name tasks, or tasks are many.</summary>
    public static Scenario? Least(Scenario scenario) => scenario.Tasks.Count > TasksMax || scenario.Tasks.SelectMany(calls => calls).Any(call => call.When is not null)
        ? null
        : Permutations([.. Enumerable.Range(0, scenario.Tasks.Count)]).Select(order => Of(scenario, order)).MinBy(ScenarioPrinter.Print, StringComparer.Ordinal);

    private static IEnumerable<int[]> Permutations(int[] items) => items.Length < 2 ? [items]
        : items.SelectMany(first => Permutations([.. items.Where(item => item != first)]).Select(rest => (int[])[first, .. rest]));
}
