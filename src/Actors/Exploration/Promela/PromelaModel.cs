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
    private readonly TransitionSystem system;
    private readonly Dictionary<int, int>[] numbers;

    private PromelaModel(Model model, TransitionSystem system)
    {
        this.model = model;
        this.system = system;
        numbers = [.. system.First.Select(state => new Dictionary<int, int> { [state] = 0 })];
        Text = Write();
    }

    /// <summary>The program.</summary>
    public string Text { get; }

    /// <summary>How the search ended; a program is only whole when all was explored.</summary>
    public Completion Completion => system.Completion;

    /// <summary>The distinct states that SPIN has to store.</summary>
    public long States => system.States;

    /// <summary>The steps between them.</summary>
    public long Steps => system.Steps;

    /// <summary>Steps that are left out because the kernel stops there.</summary>
    public long FatalSteps => system.FatalSteps;

    /// <summary>Guarded assignments.</summary>
    public int Options { get; private set; }

    /// <summary>Finds all transitions and writes them down.</summary>
    /// <param name="model">The scenario on a revision.</param>
    /// <param name="statesMax">The most distinct states; 0 = no bound.</param>
    /// <param name="tell">Told of the number of states now and then; answers whether to end early.</param>
    public static PromelaModel Of(Model model, long statesMax = 0, Func<long, bool>? tell = null) => new(model, TransitionSystem.Of(model, statesMax, tell ?? (_ => false)));

    private string Write()
    {
        var processes = new StringBuilder();
        foreach (var task in system.Transitions.GroupBy(transition => transition.Task).OrderBy(group => group.Key))
            WriteProcess(processes, task.Key, task);
        var text = new StringBuilder();
        var policy = model.Policy == GrantPolicy.Barging ? "by barging" : "in order of arrival";
        text.Append(CultureInfo.InvariantCulture, $"/* {model.Scenario.Name} on {model.Revision.Name}, locks granted {policy}; scenario {model.Scenario.Hash}, model {model.Hash}\n");
        text.Append(CultureInfo.InvariantCulture, $" * {States} states, {Steps} steps; {FatalSteps} steps after which the kernel stops are left out.\n");
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
            foreach (var edge in transition.Edges.Where(edge => !edge.Fatal))
                WriteOption(text, transition, edge);
        }

        text.Append("\t:: false\n\tod\n}\n");
    }

    private void WriteOption(StringBuilder text, Remembered transition, Edge edge)
    {
        Options++;
        var guard = string.Join(" && ", transition.Guards.Select(guard => $"{NameOf(guard.Slot)} == {NumberOf(guard.Slot, guard.State)}"));
        var writes = new List<(int Slot, int State)> { (transition.Task, edge.Task) };
        if (transition.Target >= 0)
            writes.Add((transition.Target, edge.Target));
        writes.AddRange(edge.Started);
        var assignments = string.Join("; ", writes.Select(write => $"{NameOf(write.Slot)} = {NumberOf(write.Slot, write.State)}"));
        text.Append(CultureInfo.InvariantCulture, $"\t:: d_step {{ {guard} -> {assignments} }} /* {CommentOf(transition)} */\n");
    }

    // The kernel's statement; what would end the comment is parted.
    private string CommentOf(Remembered transition)
    {
        var step = ((TaskState)system.Table[transition.Guards[0].State]).Next;
        return $"{step.Function}: {step.Text}".Replace("*/", "* /", StringComparison.Ordinal).Replace("/*", "/ *", StringComparison.Ordinal).ReplaceLineEndings(" ");
    }

    private int NumberOf(int slot, int state)
    {
        if (!numbers[slot].TryGetValue(state, out var number))
            numbers[slot].Add(state, number = numbers[slot].Count);
        return number;
    }

    private string NameOf(int slot) =>
        "s_" + (slot < model.TaskCount ? model.Topology.NameOf(new TaskId(slot)) : model.Machines[slot - model.TaskCount].ToString()).Replace('.', '_');
}
