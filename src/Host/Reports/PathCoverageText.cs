using Actors.Exploration;

namespace Actors.Host.Reports;

/// <summary>What was exercised of the call paths, as a table of functions and a list of what was not seen.</summary>
public static class PathCoverageText
{
    private const int NameWidth = 38;

    /// <summary>The totals in one sentence.</summary>
    /// <param name="functions">What ran.</param>
    /// <param name="notRun">How many functions did not.</param>
    public static string Totals(IReadOnlyList<FunctionCoverage> functions, int notRun)
    {
        var guards = functions.SelectMany(function => function.Guards).ToArray();
        return $"{functions.Count} of {Coverage.Count(functions.Count + notRun, "function")} ran: guards {guards.Count(guard => guard is { Yes: true, No: true })} of {guards.Length} both ways, "
            + $"{guards.Count(guard => guard.Yes != guard.No)} one way, {guards.Count(guard => guard is { Yes: false, No: false })} not reached; {Coverage.Count(functions.Sum(function => function.Errors.Count), "error path")}; "
            + $"{functions.Sum(function => function.Contended.Count)} of {Coverage.Count(functions.Sum(function => function.Locks), "lock step")} contended; "
            + $"{Coverage.Count(functions.Sum(function => function.Waited.Count), "other wait")}; {Coverage.Count(functions.Sum(function => function.Started.Count), "start")} of tasks";
    }

    /// <summary>Writes table, details and totals.</summary>
    public static void Write(TextWriter output, IReadOnlyList<FunctionCoverage> functions, int notRun)
    {
        output.WriteLine($"\n{"Call paths exercised",-NameWidth}  {"guards",7} {"errors",7} {"locks",7} {"waits",5}");
        foreach (var function in functions)
        {
            var name = function.Function.Length <= NameWidth ? function.Function : $"{function.Function[..(NameWidth - 2)]}..";
            var both = Share(function.Guards.Count(guard => guard is { Yes: true, No: true }), function.Guards.Count);
            var locks = Share(function.Contended.Count, function.Locks);
            output.WriteLine($"{name,-NameWidth}  {both,7} {Some(function.Errors.Count),7} {locks,7} {Some(function.Waited.Count),5}");
        }

        output.WriteLine("guards: seen both ways, of all; locks: contended, of all\n");
        foreach (var line in functions.SelectMany(Details))
            output.WriteLine(line);
        output.WriteLine();
        foreach (var line in TextLayout.Paragraph($"{Totals(functions, notRun)}.", "", "  "))
            output.WriteLine(line);
    }

    private static IEnumerable<string> Details(FunctionCoverage function)
    {
        string[] facts =
        [
            .. function.Guards.Where(guard => guard is { Yes: true, No: false }).Select(guard => $"always yes: {guard.Text}"),
            .. function.Guards.Where(guard => guard is { Yes: false, No: true }).Select(guard => $"always no: {guard.Text}"),
            .. function.Guards.Where(guard => guard is { Yes: false, No: false }).Select(guard => $"not reached: {guard.Text}"),
            .. function.Errors.Select(error => $"error -{error.Errno}: {error.Text}"),
            .. function.Contended.Select(text => $"contended: {text}"),
            .. function.Waited.Select(text => $"waited: {text}"),
            .. function.Started.Select(text => $"starts a task: {text}"),
        ];
        var lines = facts.SelectMany(fact => TextLayout.Paragraph(fact, "  ", "    "));
        return facts.Length == 0 ? [] : lines.Prepend($"{function.Function}()");
    }

    private static string Share(int part, int whole) => whole == 0 ? "-" : $"{part}/{whole}";

    private static string Some(int count) => count == 0 ? "-" : $"{count}";
}
