using Spectre.Console;
using Progress = Actors.Exploration.Progress;

namespace Actors.Host.Reports;

/// <summary>Tells once a second where long work stands: a line each on a pipe, one living line on a terminal. Always to standard error.</summary>
public static class LiveProgress
{
    /// <summary>Does the work, which tells how it goes through the given action.</summary>
    public static T During<T>(HostContext context, bool wanted, string title, Func<Action<string>, T> work)
    {
        if (!wanted)
            return work(_ => { });
        if (!context.ErrorIsTerminal)
            return work(context.Error.WriteLine);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(context.Error) });
        return console.Status().Start(Markup.Escape(title), status => work(text => status.Status(Markup.Escape(text))));
    }

    /// <summary>The line.</summary>
    public static string Line(string title, Progress progress) =>
        $"{title}: {progress.Elapsed.TotalSeconds:F0} s, {Coverage.Count(progress.States, "state")}, {Coverage.Count(progress.Transitions, "transition")}, "
        + $"{progress.States / Math.Max(0.001, progress.Elapsed.TotalSeconds):N0} states/s, frontier {progress.Frontier:N0}, depth {progress.Depth}, "
        + $"{Coverage.Megabytes(progress.MemoryBytes)}, {progress.TriedShare:P0} of the enabled tasks tried, {Coverage.Count(progress.Findings, "finding")}";
}
