using System.CommandLine;
using Actors.Host.Reports;
using Actors.Persistence;

namespace Actors.Host.Commands;

/// <summary>Looks at a journal without replaying it.</summary>
internal sealed class JournalCommand : HostCommand
{
    private readonly HostContext context;

    /// <summary>Builds the command with its subcommands.</summary>
    public JournalCommand(HostContext context)
        : base("journal", "Looks at a journal: what it is, whether it is whole, its events as text.")
    {
        this.context = context;
        Add(new Part("info", "What the journal says about itself.", [("journal info storm-7.db", "revision, scenario, seed, events")], Info));
        Add(new Part("verify", "Checks the hash chain over all batches.", [("journal verify storm-7.db", "intact, a valid prefix, or refused")], Verify));
        Add(new Part("export", "Writes the events as JSON Lines to standard output.", [("journal export storm-7.db --jsonl > events.jsonl", "one event per line")], Export, new Option<bool>("--jsonl") { Description = "JSON Lines (the default)." }));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } = [("journal info storm-7.db", "revision, scenario, seed, events")];

    private ExitCode Info(string path, bool json)
    {
        using var store = JournalStore.OpenRead(path);
        var header = store.Header;
        var verification = store.Verify(context.Cancellation);
        var info = new { header.FormatVersion, header.Tool, header.Revision, header.Policy, header.Seed, header.Runtime, header.ScenarioHash, header.ModelHash, verification.Entries, verification.Batches, verification.Condition };
        if (json)
            JsonOutput.Write(context.Out, info);
        else
            context.Out.WriteLine($"{path}: {header.Tool}, {header.Revision}, policy {header.Policy}, seed {header.Seed}, written by {header.Runtime}{Environment.NewLine}"
                + $"format {header.FormatVersion}, scenario {header.ScenarioHash}, model {header.ModelHash}{Environment.NewLine}{verification.Entries} events in {verification.Batches} batches: {verification.Condition}");
        return verification.Condition == JournalCondition.Intact ? ExitCode.Clean : ExitCode.Journal;
    }

    private ExitCode Verify(string path, bool json)
    {
        var verification = JournalStore.Verify(path, context.Cancellation);
        if (json)
            JsonOutput.Write(context.Out, verification);
        else
            context.Out.WriteLine($"{path}: {verification.Condition}, {verification.Entries} events in {verification.Batches} batches{(verification.Reason.Length > 0 ? $"; {verification.Reason}" : "")}");
        return verification.Condition == JournalCondition.Intact ? ExitCode.Clean : ExitCode.Journal;
    }

    private ExitCode Export(string path, bool json)
    {
        using var store = JournalStore.OpenRead(path);
        JournalJsonLines.Export(store, context.Out, cancellation: context.Cancellation);
        return ExitCode.Clean;
    }

    private sealed class Part : HostCommand
    {
        public Part(string name, string description, IReadOnlyList<(string Line, string Does)> examples, Func<string, bool, ExitCode> run, Option? more = null)
            : base(name, description)
        {
            Examples = examples;
            var file = new Argument<string>("FILE") { Description = "A journal." };
            var json = new Option<bool>("--json") { Description = "One JSON document instead of text." };
            Add(file);
            Add(json);
            if (more is not null)
                Add(more);
            SetAction(parsed =>
            {
                try
                {
                    return (int)run(parsed.GetValue(file)!, parsed.GetValue(json));
                }
                catch (JournalException error)
                {
                    Console.Error.WriteLine($"actors: {error.Message}");
                    return (int)ExitCode.Journal;
                }
            });
        }

        public override IReadOnlyList<(string Line, string Does)> Examples { get; }
    }
}
