using System.CommandLine;
using Actors.Exploration;

namespace Actors.Host.Inputs;

/// <summary>How a search over all schedules is to run.</summary>
/// <param name="Options">Threads, reduction, storage and limits.</param>
/// <param name="PreemptionsMax">The most preemptions of a schedule; null = any number.</param>
/// <param name="Checkpoint">The file that checkpoints go to, or null.</param>
/// <param name="Resume">The checkpoint to go on from, or null.</param>
/// <param name="Named">The option on the command line that only a search over all schedules has, or null.</param>
internal sealed record EngineRequest(ExplorerOptions Options, int? PreemptionsMax, string? Checkpoint, string? Resume, string? Named)
{
    /// <summary>The options that matter for the result, as a command line has them.</summary>
    public string Flags
    {
        get
        {
            var storage = Options.Storage switch
            {
                Storage.Fingerprints => "",
                Storage.Exact => " --exact",
                Storage.Bitstate => $" --bitstate {Options.BitstateBytes}",
            };
            return $"{(Options.Reduction || PreemptionsMax is not null ? "" : " --no-reduction")}{(Options.Symmetry ? "" : " --no-symmetry")}{storage}{(PreemptionsMax is { } most ? $" --bound preemptions={most}" : "")}{(Options.MemoryMaxBytes > 0 ? $" --memory {Options.MemoryMaxBytes}" : "")}";
        }
    }
}

/// <summary>The options of explore that say how the search runs.</summary>
internal sealed class EngineFlags
{
    private const string Preemptions = "preemptions=";

    private readonly Option<string?> workers = new("--workers") { Description = "Threads (default: all processors). Nothing that is reported depends on it.", HelpName = "N" };
    private readonly Option<bool> noReduction = new("--no-reduction") { Description = "Try also schedules that differ only in the order of independent steps." };
    private readonly Option<bool> noSymmetry = new("--no-symmetry") { Description = "Tell worlds apart that differ only by an exchange of identical tasks and objects." };
    private readonly Option<bool> exact = new("--exact") { Description = "Compare states in full instead of by 128-bit fingerprints." };
    private readonly Option<string?> bitstate = new("--bitstate") { Description = "Remember states by a few bits in a table of this size (256M): finds, and proves nothing.", HelpName = "SIZE" };
    private readonly Option<string?> memory = new("--memory") { Description = "Stop when the tables reach this size (2G), with what was covered.", HelpName = "SIZE" };
    private readonly Option<string?> bound = new("--bound") { Description = "Only schedules with at most N preemptions: all of them, fewest first.", HelpName = "preemptions=N" };
    private readonly Option<string?> checkpoint = new("--checkpoint") { Description = "Save where the search stands: every minute, at a limit, and at Ctrl-C.", HelpName = "FILE" };
    private readonly Option<string?> checkpointEvery = new("--checkpoint-every") { Description = "How often (default 1m).", HelpName = "TIME" };
    private readonly Option<string?> resume = new("--resume") { Description = "Go on from a checkpoint of the same scenario and revision.", HelpName = "FILE" };

    /// <summary>The options, in the order of the help.</summary>
    public IEnumerable<Option> All => [workers, noReduction, noSymmetry, exact, bitstate, memory, bound, checkpoint, checkpointEvery, resume];

    /// <summary>What was asked for.</summary>
    public EngineRequest Of(ParseResult parsed)
    {
        var table = parsed.GetValue(bitstate);
        if (parsed.GetValue(exact) && table is not null)
            throw new InputException("--exact and --bitstate exclude each other");
        var keeps = parsed.GetValue(checkpoint) ?? parsed.GetValue(resume);
        if (keeps is not null && (parsed.GetValue(exact) || table is not null || parsed.GetValue(bound) is not null))
            throw new InputException("a checkpoint holds fingerprints of an unbounded search: not with --exact, --bitstate or --bound");
        if (parsed.GetValue(bound) is not null && (parsed.GetValue(exact) || table is not null))
            throw new InputException("--bound keeps fingerprints: not with --exact or --bitstate");
        if (parsed.GetValue(checkpointEvery) is not null && parsed.GetValue(checkpoint) is null)
            throw new InputException("--checkpoint-every: there is no --checkpoint FILE to write");
        var options = new ExplorerOptions
        {
            Workers = parsed.GetValue(workers) is { } threads ? (int)Math.Min(256, Quantities.Number(threads, "--workers", 1)) : Environment.ProcessorCount,
            Reduction = !parsed.GetValue(noReduction),
            Symmetry = !parsed.GetValue(noSymmetry),
            Storage = parsed.GetValue(exact) ? Storage.Exact : table is not null ? Storage.Bitstate : Storage.Fingerprints,
            BitstateBytes = table is null ? 0 : Quantities.Size(table, "--bitstate"),
            MemoryMaxBytes = parsed.GetValue(memory) is { } limit ? Quantities.Size(limit, "--memory") : 0,
            CheckpointEvery = Quantities.Duration(parsed.GetValue(checkpointEvery) ?? "1m", "--checkpoint-every"),
        };
        return new EngineRequest(options, parsed.GetValue(bound) is { } most ? PreemptionsOf(most) : null, parsed.GetValue(checkpoint), parsed.GetValue(resume), All.Except([workers]).FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name);
    }

    private static int PreemptionsOf(string text) => text.StartsWith(Preemptions, StringComparison.Ordinal)
        ? (int)Math.Min(1000, Quantities.Number(text[Preemptions.Length..], "--bound", 0))
        : throw new InputException($"--bound: '{text}' is not preemptions=N");
}
