using Actors.Core.Analysis.Locks;
using Actors.Core.Vocabulary;

namespace Actors.Host.Findings;

/// <summary>The shape of a text report of one finding.</summary>
public enum ReportForm
{
    /// <summary>A column for each task, in at most 40 lines, for a mail.</summary>
    Mail,

    /// <summary>Access, allocation and free with their stacks, as KASAN reports them.</summary>
    Kasan,

    /// <summary>What was judged and the accesses it is judged against, as KCSAN reports them.</summary>
    Kcsan,

    /// <summary>Locks and waits, as lockdep reports them.</summary>
    Lockdep,

    /// <summary>Blocked tasks and all locks held, as the hung task detector reports them.</summary>
    HungTask,

    /// <summary>Reference counts, with who takes and who drops.</summary>
    Ledger,

    /// <summary>Locks held while somebody waits.</summary>
    Holds,
}

/// <summary>Text reports of one finding: plain ASCII, at most 72 columns. Those that look like a kernel's say MODEL in the first line.</summary>
public static class ReportForms
{
    /// <summary>The name that leaves the choice to the finding's kind.</summary>
    public const string ByKind = "auto";

    private static readonly (ReportForm Form, string Name)[] Names =
    [
        (ReportForm.Mail, "mail"), (ReportForm.Kasan, "kasan"), (ReportForm.Kcsan, "kcsan"),
        (ReportForm.Lockdep, "lockdep"), (ReportForm.HungTask, "hung-task"), (ReportForm.Ledger, "ledger"), (ReportForm.Holds, "holds"),
    ];

    /// <summary>What the option says of itself.</summary>
    public static string Help => $"The report's form: {string.Join(", ", Names.Select(each => each.Name))}; {ByKind} = as fits the finding's kind.";

    /// <summary>The option's value; null leaves the choice to the finding's kind.</summary>
    public static ReportForm? Parse(string text)
    {
        if (text == ByKind)
            return null;
        var index = Array.FindIndex(Names, each => each.Name == text);
        return index >= 0
            ? Names[index].Form
            : throw new InputException($"unknown report '{text}'{Nearest.Hint(text, Names.Select(each => each.Name))}; known: {ByKind}, {string.Join(", ", Names.Select(each => each.Name))}");
    }

    /// <summary>The form that fits a finding's kind.</summary>
    public static ReportForm FormOf(FindingCase found) => found.Finding.Violation switch
    {
        { Kind: "uaf" or "double-put" } => ReportForm.Kasan,
        { Property: Property.P9 or Property.P10 } => ReportForm.HungTask,
        { Property: Property.Locks } => ReportForm.Lockdep,
        { Kind: "leak" } => ReportForm.Ledger,
        { Property: Property.Answers } => ReportForm.Mail,
        _ => ReportForm.Kcsan,
    };

    /// <summary>The report.</summary>
    public static IReadOnlyList<string> Lines(FindingCase found, ReportForm form) => form switch
    {
        ReportForm.Mail => MailReport.Lines(found),
        ReportForm.Kasan => AccessSplat.Lines(found),
        ReportForm.Kcsan => ContractSplat.Lines(found),
        ReportForm.Lockdep => StuckWorld.IsDeadlock(found.Finding, found.Model.Scenario) ? DeadlockSplat.Lines(found) : HeldLockSplat.Lines(found),
        ReportForm.HungTask => HungTaskReport.Lines(found),
        ReportForm.Ledger => LedgerReport.Lines(found),
        ReportForm.Holds => HoldsReport.Lines(found),
    };
}
