using Actors.Core.Analysis;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Host.Exports;

/// <summary>All states of a small scenario and the steps between them, for Graphviz. Red steps break a property, orange ones break one that is accepted by design.</summary>
internal sealed class StateGraphForm() : ExportForm("states", "All states of a small scenario (at most 2,000) as a Graphviz graph, coloured by what breaks.")
{
    private const int StatesMax = 2000;

    /// <inheritdoc/>
    public override void Write(ExportSource source, TextWriter output)
    {
        var model = source.Model();
        output.WriteLine($"digraph {WaitGraphForm.Quoted($"{model.Scenario.Name} {model.Revision.Name}")} {{");
        output.WriteLine($"  label={WaitGraphForm.Quoted($"MODEL: states of {model.Scenario.Name} on {model.Revision.Name}")};");
        output.WriteLine("  node [shape=point]; edge [fontsize=8];");
        var numbers = new Dictionary<UInt128, int>();
        var open = new Queue<(World World, int Number)>();
        Arrive(new World(model), numbers, open);
        while (open.TryDequeue(out var entry))
            Expand(entry.World, entry.Number, numbers, open, output);
        output.WriteLine("}");
    }

    private static void Expand(World world, int number, Dictionary<UInt128, int> numbers, Queue<(World World, int Number)> open, TextWriter output)
    {
        var moved = false;
        for (var slot = 0; slot < world.Model.TaskCount; slot++)
        {
            var task = new TaskId(slot);
            var successors = world.Successors(task);
            for (var index = 0; index < successors.Count; index++)
            {
                moved = true;
                var next = world.Copy();
                var taken = next.Take(task, index);
                var says = $"{world.Model.Topology.NameOf(task)} {taken.Step.Text}";
                var isFatal = taken.Violations.Any(violation => violation.Fatal);
                var target = isFatal ? $"oops{number}_{slot}_{index}" : $"s{Arrive(next, numbers, open)}";
                output.WriteLine($"  s{number} -> {target} [label={WaitGraphForm.Quoted(says)}{Colour(world.Model, taken)}];");
            }
        }

        if (!moved)
            output.WriteLine($"  s{number} [shape=doublecircle, label=\"\"{(world.JudgeQuiescence().Any(finding => finding.AcceptedReason(world.Model.Revision) is null) ? ", color=red" : "")}];");
    }

    private static string Colour(Model model, Event taken)
    {
        var findings = taken.Findings.Where(finding => model.Scenario.Judges(finding.Violation.Property)).ToArray();
        return findings.Length == 0 ? "" : findings.Any(finding => finding.AcceptedReason(model.Revision) is null) ? ", color=red, penwidth=2" : ", color=orange";
    }

    private static int Arrive(World world, Dictionary<UInt128, int> numbers, Queue<(World World, int Number)> open)
    {
        var fingerprint = world.Fingerprint;
        if (numbers.TryGetValue(fingerprint, out var known))
            return known;
        if (numbers.Count >= StatesMax)
            throw new InputException($"{world.Model.Scenario.Name} on {world.Model.Revision.Name} has more than {StatesMax:N0} states: too many for a graph");
        numbers.Add(fingerprint, numbers.Count);
        open.Enqueue((world, numbers.Count - 1));
        return numbers.Count - 1;
    }
}
