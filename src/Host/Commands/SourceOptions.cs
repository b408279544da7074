using System.CommandLine;
using Actors.Host.Exports;
using Actors.Host.Findings;
using Actors.Host.Inputs;

namespace Actors.Host.Commands;

/// <summary>The files findings are read from, and how a scenario among them is explored: the same for every command that takes them.</summary>
internal sealed class SourceOptions
{
    private readonly Option<string[]> revisions = new("--revision")
    {
        Description = "Kernel revisions a scenario is explored on, comma-separated, or 'all'; those it names, or S0,M73, when left out. A journal and a report have their own.",
        HelpName = "R[,R...]",
    };

    private readonly Option<string> policy = new("--policy")
    {
        Description = "Who wins a free lock when a scenario is explored: barging or ordered.",
        HelpName = "barging|ordered",
        DefaultValueFactory = _ => "barging",
    };

    private readonly Option<string> statesMax = new("--states-max")
    {
        Description = "Explore a scenario to at most this many distinct states; 0 = only its own bound.",
        HelpName = "N",
        DefaultValueFactory = _ => "0",
    };

    private readonly Option<string?> schedule = new("--schedule") { Description = "Do not explore a scenario: take the schedule of this word, as a report prints it.", HelpName = "WORD" };

    private readonly Option<bool> noProgress = new("--no-progress") { Description = "No progress on standard error." };

    /// <summary>The files.</summary>
    public Argument<string[]> Files { get; } = new("SOURCE")
    {
        Description = "Journals (*.db), reports of 'explore --json' (*.json), scenarios (*.litmus) and folders of them, or - for a scenario from standard input.",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>The options.</summary>
    public IEnumerable<Option> Options => [revisions, policy, statesMax, schedule, noProgress];

    /// <summary>What a command line says of one finding, whose id stands in front of the files.</summary>
    public ExportSource Of(HostContext context, ParseResult parsed, Argument<string> id)
    {
        var (first, files) = (parsed.GetValue(id)!, parsed.GetValue(Files)!);
        if (IsId(first))
            return new ExportSource(Of(context, parsed), first);
        throw new InputException(files.FirstOrDefault(IsId) is { } meant
            ? $"the id stands first: actors findings {parsed.CommandResult.Command.Name} {meant} {string.Join(' ', files.Where(file => file != meant).Prepend(first).Select(ExplorationOptions.Quoted))}"
            : $"'{first}' is no id of a finding: up to eight hexadecimal digits; 'actors findings list' shows them");
    }

    private static bool IsId(string text) => text.Length is > 0 and <= 8 && text.All(char.IsAsciiHexDigit);

    /// <summary>What a command line says.</summary>
    public FindingSources Of(HostContext context, ParseResult parsed) => new(context, new FindingQuery(
        parsed.GetValue(Files)!,
        RevisionNames.ParseList(parsed.GetValue(revisions) ?? []),
        ExplorationOptions.PolicyOf(parsed.GetValue(policy)!),
        ExplorationOptions.StatesOf(parsed.GetValue(statesMax)!),
        parsed.GetValue(schedule),
        !parsed.GetValue(noProgress)));
}
