using Actors.Core.Vocabulary;
using Actors.Shell;
using Spectre.Console;

namespace Actors.Host.Storms;

/// <summary>Shows a storm while it rages: a table that redraws itself on a terminal, one line a second elsewhere.</summary>
public sealed class StormDashboard(HostContext context, RunMetrics metrics, StoreSink? journal, StormOptions options) : IDisposable
{
    private const int RowsMax = 8;

    private readonly IAnsiConsole? console = context.ErrorIsTerminal
        ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(context.Error) })
        : null;

    private TimeSpan shown;
    private long shownSteps;
    private long shownRequests;
    private int lines;

    /// <summary>How often it looks.</summary>
    public TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(options.Operations > 0 ? 20 : 100);

    /// <summary>Shows the present state if a second has passed since the last time.</summary>
    public void Show(TimeSpan elapsed)
    {
        if (elapsed - shown < TimeSpan.FromSeconds(1))
            return;
        var seconds = (elapsed - shown).TotalSeconds;
        var (steps, requests) = (metrics.Steps, metrics.Requests);
        var (stepRate, requestRate) = ((steps - shownSteps) / seconds, (requests - shownRequests) / seconds);
        (shown, shownSteps, shownRequests) = (elapsed, steps, requests);
        var lag = journal is null ? "no journal" : $"journal lag {journal.Metrics.Lag}";
        var line = $"{elapsed.TotalSeconds,6:F0} s  {requests:N0} requests ({requestRate:N0}/s)  {steps:N0} steps ({stepRate:N0}/s)  {lag}  waiting {metrics.Contention.Sum(entry => entry.Waiting)}";
        if (console is null)
            context.Error.WriteLine(line);
        else
            Redraw(console, line);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    // The two commonest refusals.
    private static string Refusals(IEnumerable<KeyValuePair<(string Request, Errno Errno), long>> answers) => string.Join(" ", answers
        .Where(entry => entry.Key.Errno != Errno.None).OrderByDescending(entry => entry.Value).Take(2).Select(entry => $"{entry.Key.Errno} {entry.Value:N0}"));

    private void Redraw(IAnsiConsole console, string line)
    {
        if (lines > 0)
            console.Write(new ControlCode($"\u001b[{lines}A\u001b[0J"));
        var table = new Table().Border(TableBorder.None);
        foreach (var title in new[] { "request", "0", "refused", "waited for", "by", "now", "in all" })
            table.AddColumn(new TableColumn(title).NoWrap());
        var answers = metrics.Answers.GroupBy(entry => entry.Key.Request)
            .Select(group => (Request: group.Key, Ok: group.Where(entry => entry.Key.Errno == Errno.None).Sum(entry => entry.Value), All: group.Sum(entry => entry.Value), Refused: Refusals(group)))
            .OrderByDescending(entry => entry.All).Take(RowsMax).ToArray();
        var contention = metrics.Contention.Take(RowsMax).ToArray();
        var deepest = metrics.MailboxDepths.FirstOrDefault();
        for (var row = 0; row < RowsMax; row++)
        {
            var isAnswer = row < answers.Length;
            var isWait = row < contention.Length;
            table.AddRow(
                isAnswer ? answers[row].Request : "", isAnswer ? $"{answers[row].Ok:N0}" : "", isAnswer ? answers[row].Refused : "",
                isWait ? contention[row].Machine.ToString() : "", isWait ? metrics.HolderOf(contention[row].Machine) : "",
                isWait ? $"{contention[row].Waiting}" : "", isWait ? $"{contention[row].Waits:N0}" : "");
        }

        console.WriteLine(line);
        console.WriteLine($"deepest mailbox {deepest.Actor} {deepest.Depth}");
        console.Write(table);
        lines = RowsMax + 4;
    }
}
