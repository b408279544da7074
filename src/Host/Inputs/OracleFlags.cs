using System.CommandLine;
using Actors.Exploration.Dpor;

namespace Actors.Host.Inputs;

/// <summary>What an exploration is to be held against, or what is to be judged on the whole graph.</summary>
/// <param name="CrossCheckTraces">The most executions of a stateless search beside it; null = none is asked for.</param>
/// <param name="Liveness">Whether infinite runs are to be judged instead.</param>
/// <param name="Coverage">Whether to tell what was exercised of the call paths.</param>
internal sealed record OracleRequest(long? CrossCheckTraces, bool Liveness, bool Coverage);

/// <summary>The options of explore that search in another way.</summary>
internal sealed class OracleFlags
{
    private readonly Option<bool> dpor = new("--dpor") { Description = "Search a second time without stored states (source-set DPOR) and compare: a check of this tool." };

    private readonly Option<string?> tracesMax = new("--traces-max") { Description = $"End the search of --dpor after this many executions (default {DporOptions.TracesMaxDefault}); 0 = no bound.", HelpName = "N" };

    private readonly Option<bool> liveness = new("--liveness") { Description = "Judge infinite runs instead, on the whole unreduced graph: waits that never end, at the moment they come to be so, and loops without progress." };

    private readonly Option<bool> coverage = new("--coverage") { Description = "Tell what was exercised of each call path: outcomes of tests, errors returned, contended locks, waits." };

    /// <summary>The options, in the order of the help.</summary>
    public IEnumerable<Option> All => [dpor, tracesMax, liveness, coverage];

    /// <summary>What was asked for.</summary>
    public OracleRequest Of(ParseResult parsed)
    {
        var most = parsed.GetValue(tracesMax) is { } text ? Quantities.Number(text, "--traces-max", 0) : DporOptions.TracesMaxDefault;
        if (parsed.GetValue(tracesMax) is not null && !parsed.GetValue(dpor))
            throw new InputException("--traces-max needs --dpor");
        if (parsed.GetValue(dpor) && parsed.GetValue(liveness))
            throw new InputException("--dpor and --liveness: one at a time");
        return new OracleRequest(parsed.GetValue(dpor) ? most : null, parsed.GetValue(liveness), parsed.GetValue(coverage));
    }
}
