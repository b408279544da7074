using System.Globalization;
using System.Text;
using Actors.Core.Machines;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Promela;

/// <summary>A scenario on a revision as a Promela program: one integer for each slot of a world, one guarded assignment for each remembered transition.</summary>
/// <remarks>
/// It says what the exhaustive search works on, so SPIN without reduction stores exactly as many states: a check of the search by another tool, not of the kernel model.
/// Properties are not carried over.
/// </remarks>
public sealed class PromelaModel
{
    private readonly Model model;
    private readonly RecordingSystem system;
    private readonly ExplorationResult result;
    private readonly Dictionary<object, int>[] numbers;

    private PromelaModel(Model model, ExplorerOptions options)
    {
        this.model = model;
        system = new RecordingSystem(model);
        result = new Explorer(system, options with { Reduction = false, Storage = Storage.Fingerprints, Workers = 1 }).Run();
        numbers = [.. system.InitialWorld().Select(state => new Dictionary<object, int> { [state] = 0 })];
        Text = Write();
    }

    /// <summary>The program.</summary>
    public string Text { get; }

    /// <summary>How the search ended; a program is only whole when all was explored.</summary>
    public Completion Completion => result.Completion;

    /// <summary>The distinct states that SPIN has to store.</summary>
    public long States => result.States;

    /// <summary>The steps between them.</summary>
    public long Steps => result.Transitions;

    /// <summary>Remembered steps that are left out because the kernel stops there.</summary>
    public int FatalSteps => system.FatalSteps;

    /// <summary>Guarded assignments.</summary>
    public int Options { get; private set; }

    /// <summary>Finds all transitions by an unreduced search and writes them down.</summary>
    /// <param name="model">The scenario on a revision.</param>
    /// <param name="options">Bounds and listeners of the search.</param>
    public static PromelaModel Of(Model model, ExplorerOptions? options = null) => new(model, options ?? new ExplorerOptions());

    private string Write()
    {
        var processes = new StringBuilder();
        foreach (var task in system.Transitions.GroupBy(transition => transition.Slot).OrderBy(group => group.Key))
            WriteProcess(processes, task.Key, task);
        var text = new StringBuilder();
        var policy = model.Policy == GrantPolicy.Barging ? "by barging" : "in order of arrival";
        text.Append(CultureInfo.InvariantCulture, $"/* {model.Scenario.Name} on {model.Revision.Name}, locks granted {policy}; scenario {model.Scenario.Hash}, model {model.Hash}\n");
        text.Append(CultureInfo.InvariantCulture, $" * {States} states, {Steps} steps; options after which the kernel stops are left out, {FatalSteps} of them.\n");
        text.Append(" * spin -a -o2 FILE && cc -O2 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m1000000\n");
        text.Append(" * Each variable is a slot of the world, each value one of its states; each option is a step of a kernel task.\n */\n");
        for (var slot = 0; slot < numbers.Length; slot++)
            text.Append(CultureInfo.InvariantCulture, $"{(numbers[slot].Count <= 256 ? "byte" : "int")} {NameOf(slot)} = 0;\n");
        return text.Append(processes).ToString();
    }

    private void WriteProcess(StringBuilder text, int task, IEnumerable<Remembered> transitions)
    {
        text.Append(CultureInfo.InvariantCulture, $"\nactive proctype {NameOf(task)[2..]}_task()\n{{\nend:\tdo\n");
        foreach (var transition in transitions)
        {
            foreach (var successor in transition.Successors)
                WriteOption(text, transition, successor);
        }

        text.Append("\t:: false\n\tod\n}\n");
    }

    private void WriteOption(StringBuilder text, Remembered transition, Transition successor)
    {
        Options++;
        var guard = string.Join(" && ", transition.Others.Prepend((transition.Slot, transition.Task)).Select(read => $"{NameOf(read.Slot)} == {NumberOf(read.Slot, read.State)}"));
        var writes = new List<(int Slot, object State)> { (transition.Slot, successor.Task) };
        if (successor.Target is { } written)
            writes.Add((transition.Target, written));
        writes.AddRange(successor.Started);
        var assignments = string.Join("; ", writes.Select(write => $"{NameOf(write.Slot)} = {NumberOf(write.Slot, write.State)}"));
        text.Append(CultureInfo.InvariantCulture, $"\t:: d_step {{ {guard} -> {assignments} }} /* {CommentOf(transition.Task.Next)} */\n");
    }

    // The kernel's statement; what would end the comment is parted.
    private static string CommentOf(Step step) =>
        $"{step.Function}: {step.Text}".Replace("*/", "* /", StringComparison.Ordinal).Replace("/*", "/ *", StringComparison.Ordinal).ReplaceLineEndings(" ");

    private int NumberOf(int slot, object state)
    {
        if (!numbers[slot].TryGetValue(state, out var number))
            numbers[slot].Add(state, number = numbers[slot].Count);
        return number;
    }

    private string NameOf(int slot) =>
        "s_" + (slot < model.TaskCount ? model.Topology.NameOf(new TaskId(slot)) : model.Machines[slot - model.TaskCount].ToString()).Replace('.', '_');
}
