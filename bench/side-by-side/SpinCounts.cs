using System.Globalization;
using Actors.Exploration;
using Actors.Exploration.Promela;

namespace Actors.Bench.SideBySide;

/// <summary>Whether SPIN, without its reduction, stores as many states and takes as many transitions as our search without reduction, of every shipped scenario up to a bound.</summary>
internal static class SpinCounts
{
    /// <summary>The most worlds of a scenario that is compared unless said otherwise.</summary>
    public const long StatesMax = 1_000_000;

    /// <summary>Compares and prints a table; answers whether all counts are equal.</summary>
    public static bool Compare(TextWriter output, long statesMax)
    {
        if (Spin.Missing is { } why)
        {
            output.WriteLine($"spin-counts: left out, {why}");
            return true;
        }

        var (equal, differing, larger) = (0, 0, 0);
        output.WriteLine($"{"scenario",-44} {"states",10} {"SPIN",10} {"steps",10} {"SPIN",10}");
        foreach (var model in Shipped.Models)
        {
            var program = PromelaModel.Of(model, new ExplorerOptions { StatesMax = statesMax });
            if (program.Completion != Completion.ExploredAll)
            {
                larger++;
                output.WriteLine($"{Shipped.NameOf(model),-44} {"larger",10}");
                continue;
            }

            var all = new Explorer(model).Run();
            var (states, transitions) = CountOf(program);
            var isEqual = (states, transitions) == (all.States, program.Steps);
            if (isEqual)
                equal++;
            else
                differing++;
            output.WriteLine($"{Shipped.NameOf(model),-44} {all.States,10} {states,10} {program.Steps,10} {transitions,10}  {(isEqual ? "equal" : "DIFFERENT")}");
            output.Flush();
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"spin-counts: {equal} equal, {differing} differ, {larger} have more than {statesMax:N0} states and were left out"));
        return differing == 0;
    }

    private static (long States, long Transitions) CountOf(PromelaModel program)
    {
        var file = Path.Combine(Path.GetTempPath(), $"spin-counts-{Environment.ProcessId}.pml");
        File.WriteAllText(file, program.Text);
        try
        {
            using var spin = Spin.Compile(file, reduced: false, optimised: false);
            return spin.Count();
        }
        finally
        {
            File.Delete(file);
        }
    }
}
