using Actors.Core.Vocabulary;
using Actors.Host.Reports;
using Actors.Shell;
using Spectre.Console;

namespace Actors.Host.Storms;

/// <summary>Shows a storm while it rages: a table that redraws itself on a terminal, plain lines once a second elsewhere.</summary>
public sealed class StormDashboard(HostContext context, RunMetrics metrics, StoreSink? journal, StormOptions options)
{
    private const int RowsMax = 8;
    private const int NamedMax = 5;

    private readonly IAnsiConsole? console = context.ErrorIsTerminal
        ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(context.Error) })
        : null;

    private readonly RequestRates rates = new();
    private TimeSpan shown;
    private long shownSteps;
    private int lines;

    /// <summary>How often it looks.</summary>
    public TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(options.Operations > 0 ? 20 : 100);

    /// <summary>Shows the present state if a second has passed since the last time.</summary>
    public void Show(TimeSpan elapsed)
    {
        if (elapsed - shown < TimeSpan.FromSeconds(1))
            return;
        var steps = metrics.Steps;
        var stepRate = (steps - shownSteps) / (elapsed - shown).TotalSeconds;
        (shown, shownSteps) = (elapsed, steps);
        var answered = rates.Read(elapsed, metrics.Answers);
        var lag = journal is null ? "no journal" : $"journal lag {journal.Metrics.Lag:N0}";
        var text = $"{answered.Sum(rate => rate.All):N0} requests ({answered.Sum(rate => rate.PerSecond):N0}/s)  {stepRate:N0} steps/s  {lag}  waiting {metrics.Contention.Sum(entry => entry.Waiting)}";
        var time = $"{elapsed.TotalSeconds,6:F0} s  ";
        if (console is null)
            WriteLines(time, text, answered);
        else
            Redraw(console, time + text, answered);
    }

    private static string Rates(IEnumerable<(Errno Errno, double PerSecond)> rates) => string.Join(" ", rates.Select(rate => $"{rate.Errno} {rate.PerSecond:N0}"));

    // The most frequent operations on lines of their own.
    private void WriteLines(string time, string text, IReadOnlyList<RequestRate> answered)
    {
        var indent = new string(' ', time.Length);
        var top = string.Join(", ", answered.Take(NamedMax).Select(rate => $"{rate.Request} {rate.PerSecond:N0}/s"));
        foreach (var line in TextLayout.Paragraph(text, time, indent).Concat(TextLayout.Paragraph(top, indent, indent)))
            context.Error.WriteLine(line);
    }

    // Rates are per second; of the refusals the two commonest.
    private void Redraw(IAnsiConsole console, string line, IReadOnlyList<RequestRate> answered)
    {
        if (lines > 0)
            console.Write(new ControlCode($"\u001b[{lines}A\u001b[0J"));
        var table = new Table().Border(TableBorder.None);
        foreach (var title in new[] { "request", "all", "/s", "0 /s", "refused /s", "waited for", "by", "now", "all" })
            table.AddColumn(new TableColumn(title).NoWrap());
        var contention = metrics.Contention.Take(RowsMax).ToArray();
        var deepest = metrics.MailboxDepths.FirstOrDefault();
        for (var row = 0; row < RowsMax; row++)
        {
            var rate = row < answered.Count ? answered[row] : null;
            var wait = row < contention.Length ? contention[row] : default;
            var isWait = row < contention.Length;
            table.AddRow(
                rate?.Request ?? "", $"{rate?.All:N0}", $"{rate?.PerSecond:N0}",
                $"{rate?.ByErrno.Where(entry => entry.Errno == Errno.None).Sum(entry => entry.PerSecond):N0}",
                rate is null ? "" : Rates(rate.ByErrno.Where(entry => entry.Errno != Errno.None).Take(2)),
                isWait ? wait.Machine.ToString() : "", isWait ? metrics.HolderOf(wait.Machine) : "", isWait ? $"{wait.Waiting}" : "", isWait ? $"{wait.Waits:N0}" : "");
        }

        console.WriteLine(line);
        console.WriteLine($"deepest mailbox {deepest.Actor} {deepest.Depth}");
        console.Write(table);
        lines = RowsMax + 3;
    }
}
