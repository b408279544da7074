using System.CommandLine;
using Actors.Host.Inputs;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>Reads scenario files and explores nothing.</summary>
internal sealed class ScenarioCheckCommand : HostCommand
{
    private readonly Argument<string[]> scenarios = ScenarioArgument.Create();
    private readonly Option<bool> quiet = new("--quiet") { Description = "Only mistakes." };

    /// <summary>Builds the command.</summary>
    public ScenarioCheckCommand(HostContext context)
        : base("check", "Reads scenario files: the first mistake of each with its place, the line and what was expected.")
    {
        Add(scenarios);
        Add(quiet);
        SetAction(parsed => (int)Run(context, parsed.GetValue(scenarios)!, parsed.GetValue(quiet)));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("scenario check my.litmus", "objects, tasks and condition in a line, or the mistake"),
        ("scenario check --quiet - < mail.txt", "a scenario out of a mail"),
    ];

    private static ExitCode Run(HostContext context, string[] names, bool quiet)
    {
        var paths = ScenarioFiles.Paths(names);
        var wrong = 0;
        foreach (var path in paths)
        {
            try
            {
                var file = ScenarioFiles.Parse(path, ScenarioFiles.TextOf(path, context.In));
                foreach (var revision in file.Scenario.Revisions.Select(RevisionNames.Parse))
                    ScenarioFiles.CheckPossible(file, revision);
                if (!quiet)
                    Write(context.Out, file);
            }
            catch (InputException mistake)
            {
                context.Error.WriteLine(mistake.Message);
                wrong++;
            }
        }

        if (paths.Count == 0)
            context.Error.WriteLine($"actors: nothing was checked: no scenario file in {string.Join(", ", names)}");
        else if (paths.Count > 1 && !quiet)
            context.Out.WriteLine($"{Coverage.Count(paths.Count, "scenario")}, {Coverage.Count(wrong, "mistake")}");
        return wrong > 0 ? ExitCode.Usage : paths.Count == 0 ? ExitCode.NothingChecked : ExitCode.Clean;
    }

    private static void Write(TextWriter output, ScenarioFile file)
    {
        var (scenario, shape) = (file.Scenario, file.Scenario.Topology);
        string[] facts =
        [
            Coverage.Count(shape.Devices.Count, "device"), Coverage.Count(shape.Buffers.Count, "dma-buf"), Coverage.Count(shape.Attachments.Count, "attachment"),
            Coverage.Count(shape.UserTasks, "task"), Coverage.Count(scenario.Tasks.Sum(calls => calls.Count), "request"),
            .. scenario.Revisions.IsEmpty ? (string[])[] : [$"for {string.Join(", ", scenario.Revisions)}"],
            .. scenario.Condition is null ? (string[])[] : ["a condition"],
        ];
        output.WriteLine($"{ScenarioFiles.NameOf(file.Path)}: ok, {string.Join(", ", facts)}");
    }
}
