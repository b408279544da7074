namespace Actors.Host;

/// <summary>What the process answers its caller. A finding and a usage error never share a code.</summary>
public enum ExitCode
{
    /// <summary>Nothing found, and something was checked.</summary>
    Clean = 0,

    /// <summary>The command line or an input file is wrong.</summary>
    Usage = 1,

    /// <summary>A property is violated; accepted findings do not count.</summary>
    Violation = 2,

    /// <summary>A mistake of this tool.</summary>
    Internal = 3,

    /// <summary>A journal cannot be read, or does not conform to the model.</summary>
    Journal = 4,

    /// <summary>A bound or an interruption came first; nothing found so far.</summary>
    Incomplete = 5,

    /// <summary>Nothing was checked.</summary>
    NothingChecked = 6,
}

/// <summary>How the codes of several runs become one.</summary>
public static class ExitCodes
{
    private static readonly ExitCode[] StrongestFirst =
        [ExitCode.Internal, ExitCode.Usage, ExitCode.Journal, ExitCode.Violation, ExitCode.Incomplete, ExitCode.NothingChecked, ExitCode.Clean];

    /// <summary>The code of several runs: violation before incomplete before nothing checked before clean; without any run, nothing was checked.</summary>
    public static ExitCode Combine(IEnumerable<ExitCode> codes)
    {
        var seen = codes.ToHashSet();
        return seen.Count == 0 ? ExitCode.NothingChecked : Array.Find(StrongestFirst, seen.Contains);
    }
}
