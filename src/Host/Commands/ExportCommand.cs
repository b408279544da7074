using System.CommandLine;
using Actors.Host.Exports;
using Actors.Host.Findings;
using Actors.Host.Inputs;
using Actors.Persistence;

namespace Actors.Host.Commands;

/// <summary>Writes a finding, a run or a scenario in a form that another tool reads.</summary>
internal sealed class ExportCommand : HostCommand
{
    private readonly SourceOptions sources = new();
    private readonly Option<string?> finding = new("--finding") { Description = "The finding, by its id or the beginning of it; the first that counts when left out.", HelpName = "ID" };
    private readonly Option<string?> output = new("--out") { Description = "The file to write; standard output when left out. More than 5 MB are compressed, to FILE.gz.", HelpName = "FILE" };
    private readonly List<(Option<bool> Option, ExportForm Form)> forms = [.. ExportForms.All.Select(form => (new Option<bool>($"--{form.Name}") { Description = form.Does }, form))];

    /// <summary>Builds the command.</summary>
    public ExportCommand(HostContext context)
        : base("export", "Writes a finding, a run or a scenario in a form that another tool reads; one form at a time.")
    {
        Add(sources.Files);
        foreach (var (option, _) in forms)
            Add(option);
        foreach (var option in sources.Options.Prepend(output).Prepend(finding))
            Add(option);
        SetAction(parsed => (int)Run(context, parsed));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("export --perfetto scenarios/flr-map-dma.litmus --revision S0 --out trace.json", "the shortest schedule to the first finding, for ui.perfetto.dev"),
        ("export --promela scenarios/flr-map-dma.litmus --revision S0 --out model.pml", "all transitions as a Promela program: SPIN counts the same states"),
        ("export --mermaid storm-7.db --finding f499d2be", "the end of a storm's journal that leads to a finding, as a diagram"),
    ];

    private ExitCode Run(HostContext context, ParseResult parsed)
    {
        var asked = forms.Where(form => parsed.GetValue(form.Option)).Select(form => form.Form).ToArray();
        if (asked is not [var form])
            throw new InputException($"name one form: {string.Join(", ", forms.Select(each => $"--{each.Form.Name}"))}");
        return Write(context, form, new ExportSource(sources.Of(context, parsed), parsed.GetValue(finding)), parsed.GetValue(output));
    }

    /// <summary>Writes one form, to a file as a whole or not at all.</summary>
    public static ExitCode Write(HostContext context, ExportForm form, ExportSource source, string? file)
    {
        try
        {
            using var text = new StringWriter { NewLine = "\n" };
            form.Write(source, text);
            if (file is null)
                context.Out.Write(text);
            else
                OutputFiles.Write(file, text.ToString(), context.Error);
            return context.Cancellation.IsCancellationRequested ? ExitCode.Incomplete : ExitCode.Clean;
        }
        catch (JournalException error)
        {
            context.Error.WriteLine($"actors: {error.Message}");
            return ExitCode.Journal;
        }
    }
}
