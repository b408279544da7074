using System.CommandLine;
using Actors.Core.Scenarios.Language;
using Actors.Host.Inputs;

namespace Actors.Host.Commands;

/// <summary>Lays scenario files out.</summary>
internal sealed class ScenarioFormatCommand : HostCommand
{
    private readonly Argument<string[]> scenarios = ScenarioArgument.Create();
    private readonly Option<bool> write = new("--write", "-w") { Description = "Write the files back instead of showing them." };
    private readonly Option<bool> check = new("--check") { Description = "Name the files that would change, and exit with 1 if there are any." };

    /// <summary>Builds the command.</summary>
    public ScenarioFormatCommand(HostContext context)
        : base("fmt", "Lays scenario files out in the one usual way: words, order and remarks stay.")
    {
        Add(scenarios);
        Add(write);
        Add(check);
        SetAction(parsed => (int)Run(context, parsed.GetValue(scenarios)!, parsed.GetValue(write), parsed.GetValue(check)));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("scenario fmt my.litmus", "the file as it should look"),
        ("scenario fmt -w scenarios/", "lays all files of a folder out, in place"),
        ("scenario fmt --check scenarios/", "for a script: which files would change?"),
    ];

    private static ExitCode Run(HostContext context, string[] names, bool write, bool check)
    {
        if (write && check)
            throw new InputException("--write or --check, not both");
        var paths = ScenarioFiles.Paths(names);
        if (paths.Count == 0)
            throw new InputException($"no scenario file in {string.Join(", ", names)}");
        if (write && paths.Contains(ScenarioFiles.StandardInput))
            throw new InputException("--write needs files: standard input cannot be written back");
        var differing = 0;
        foreach (var path in paths)
        {
            var text = ScenarioFiles.TextOf(path, context.In);
            var formatted = ScenarioFiles.Checked(() => ScenarioFormatter.Format(text, ScenarioFiles.NameOf(path)));
            if (!write && !check)
                context.Out.Write(formatted);
            if (text == formatted)
                continue;
            differing++;
            if (write)
                Write(path, formatted);
            if (write || check)
                context.Out.WriteLine(ScenarioFiles.NameOf(path));
        }

        return check && differing > 0 ? ExitCode.Usage : ExitCode.Clean;
    }

    // Beside its place first: a file is whole at any time.
    private static void Write(string path, string text)
    {
        try
        {
            var beside = path + ".part";
            File.WriteAllText(beside, text);
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot write '{path}': {failure.Message}");
        }
    }
}
