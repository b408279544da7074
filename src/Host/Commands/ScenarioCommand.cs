using System.CommandLine;

namespace Actors.Host.Commands;

/// <summary>Scenario files: check them, lay them out.</summary>
internal sealed class ScenarioCommand : HostCommand
{
    /// <summary>Builds the command.</summary>
    public ScenarioCommand(HostContext context)
        : base("scenario", "Scenario files: checks them, or lays them out in the one usual way.")
    {
        Add(new ScenarioCheckCommand(context));
        Add(new ScenarioFormatCommand(context));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("scenario check scenarios/", "every mistake with its file, line and column"),
        ("scenario fmt -w my.litmus", "lays a file out; remarks stay where they are"),
    ];
}

/// <summary>The argument that names scenario files.</summary>
internal static class ScenarioArgument
{
    /// <summary>A new argument, for one command.</summary>
    public static Argument<string[]> Create() => new("SCENARIO")
    {
        Description = "Scenario files (*.litmus), folders of them, or - for standard input.",
        Arity = ArgumentArity.OneOrMore,
    };
}
