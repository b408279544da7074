using System.CommandLine;
using Actors.Core.Revisions;
using Actors.Exploration.Conformance;
using Actors.Host.Inputs;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>Holds the trace of a real kernel against the model.</summary>
internal sealed class ConformCommand : HostCommand
{
    /// <summary>The rule file that is shipped.</summary>
    public const string ShippedRules = "config/ftrace.rules";

    private readonly Argument<string?> trace = new("TRACE") { Description = "Text of ftrace (function_graph, function, probes, events) or of trace-cmd report, or - for standard input.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> revision = new("--revision") { Description = "The kernel revision.", HelpName = "R", DefaultValueFactory = _ => "M73" };
    private readonly Option<string?> rules = new("--rules") { Description = $"How the model shows in a trace (default: {ShippedRules}).", HelpName = "FILE" };
    private readonly Option<string[]> untraced = new("--untraced") { Description = "Functions that were not traced, comma-separated: they are not expected.", HelpName = "F,...", AllowMultipleArgumentsPerToken = true };
    private readonly Option<bool> words = new("--words") { Description = "Show what each request of the model alone shows in a trace, by the rules; no trace is read." };
    private readonly Option<bool> json = new("--json") { Description = "One JSON document instead of text." };

    private readonly HostContext context;

    /// <summary>Builds the command.</summary>
    public ConformCommand(HostContext context)
        : base("conform", "Says whether the model can follow the trace of a real kernel, or the first line at which it cannot and what it could have done there.")
    {
        this.context = context;
        Add(trace);
        foreach (var option in new Option[] { revision, rules, untraced, words, json })
            Add(option);
        SetAction(parsed => (int)Run(parsed));
    }

    private ExitCode Run(ParseResult parsed)
    {
        var run = new ConformRun(
            context, parsed.GetValue(trace) ?? "", RevisionNames.Parse(parsed.GetValue(revision)!), parsed.GetValue(rules),
            [.. (parsed.GetValue(untraced) ?? []).SelectMany(each => each.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))], parsed.GetValue(json));
        if (parsed.GetValue(words))
            return run.ShowWords();
        return parsed.GetValue(trace) is null ? throw new InputException("name a trace, or --words") : run.Run();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("conform trace.txt --revision M73", "can today's kernel, as modelled, have done this?"),
        ("conform trace.txt --revision S0 --json", "the first line that the seed patch cannot have produced"),
        ("conform trace.txt --untraced up_write,down_write", "a recording without the lock functions"),
        ("conform --words", "what each request shows in a trace, by the rules"),
    ];
}
