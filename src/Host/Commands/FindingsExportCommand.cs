using System.CommandLine;
using Actors.Host.Exports;

namespace Actors.Host.Commands;

/// <summary>Exports a finding by its id: the same forms and the same code as <c>export</c>.</summary>
internal sealed class FindingsExportCommand : HostCommand
{
    private readonly Argument<string> id = new("ID") { Description = "The finding's id, or the beginning of it." };
    private readonly SourceOptions sources = new();
    private readonly Option<string> form = new("--as") { Description = $"The form: {string.Join(", ", ExportForms.All.Select(form => form.Name))}.", HelpName = "FORM", Required = true };
    private readonly Option<string?> output = new("--out") { Description = "The file to write; standard output when left out.", HelpName = "FILE" };

    /// <summary>Builds the command.</summary>
    public FindingsExportCommand(HostContext context)
        : base("export", "Writes one finding in a form that another tool reads; 'export --FORM' by the finding's id.")
    {
        Add(id);
        Add(sources.Files);
        foreach (var option in sources.Options.Prepend(output).Prepend(form))
            Add(option);
        SetAction(parsed => (int)ExportCommand.Write(
            context, FormOf(parsed.GetValue(form)!), sources.Of(context, parsed, id), parsed.GetValue(output)));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("findings export f499d2be storm-7.db --as mermaid", "a storm's finding as a diagram"),
    ];

    private static ExportForm FormOf(string name)
    {
        var names = ExportForms.All.Select(form => form.Name).ToArray();
        return ExportForms.All.FirstOrDefault(form => form.Name == name)
            ?? throw new InputException($"unknown form '{name}'{Nearest.Hint(name, names)}; known: {string.Join(", ", names)}");
    }
}
