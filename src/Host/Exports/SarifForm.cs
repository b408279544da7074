using Actors.Core.Vocabulary;
using Actors.Host.Findings;
using Actors.Host.Reports;

namespace Actors.Host.Exports;

/// <summary>Findings as SARIF.</summary>
internal sealed class SarifForm() : ExportForm("sarif", "Findings as SARIF 2.1.0: a rule for each property, the finding's id as fingerprint, a thread flow for each task.")
{
    /// <inheritdoc/>
    public override void Write(ExportSource source, TextWriter output) => SarifDocument.Write(output, [.. source.Findings]);
}

/// <summary>SARIF 2.1.0 as code scanning services read it. Accepted findings are there, suppressed with their reason.</summary>
internal static class SarifDocument
{
    private const string Schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
    private static readonly string[] Rules = [.. Enum.GetNames<Property>(), FindingReport.ClauseName];

    /// <summary>Writes all findings.</summary>
    public static void Write(TextWriter output, IReadOnlyList<StoredFinding> findings) => JsonOutput.Write(output, new Dictionary<string, object>
    {
        ["$schema"] = Schema,
        ["version"] = "2.1.0",
        ["runs"] = new[]
        {
            new
            {
                Tool = new { Driver = new { Name = "actors", HostContext.Version, SemanticVersion = HostContext.Version, Rules = Rules.Select(RuleOf) } },
                ColumnKind = "utf16CodeUnits",
                LogicalLocations = Places(findings),
                Results = findings.Select(ResultOf),
            },
        },
    });

    private static Dictionary<string, object> RuleOf(string name) => new()
    {
        ["id"] = name,
        ["shortDescription"] = Text(Enum.TryParse<Property>(name, out var property) ? PropertyNames.Title(property) : "the scenario's own clause"),
        ["defaultConfiguration"] = new { Level = "error" },
    };

    private static object[] Places(IReadOnlyList<StoredFinding> findings) => [.. findings.Select(found => (found.Revision, found.Function)).Distinct().Select(place => Place(place.Revision, place.Function))];

    private static Dictionary<string, object> Place(string revision, string function) => new()
    {
        ["name"] = function,
        ["fullyQualifiedName"] = $"{revision}/{function}",
        ["kind"] = "function",
    };

    private static Dictionary<string, object> ResultOf(StoredFinding found)
    {
        var result = new Dictionary<string, object>
        {
            ["ruleId"] = found.Property,
            ["ruleIndex"] = Array.IndexOf(Rules, found.Property),
            ["kind"] = "fail",
            ["level"] = found.Accepted is null ? "error" : "note",
            ["message"] = Text($"MODEL {found.Revision}: {found.Text}, in {found.Function} ({found.Kind})"),
            ["locations"] = new[] { new { PhysicalLocation = Artifact(found.Source), LogicalLocations = new[] { Place(found.Revision, found.Function) } } },
            ["partialFingerprints"] = new Dictionary<string, string> { ["actorsFindingId/v1"] = found.Id },
            ["properties"] = new { found.Kind, found.Revision, found.Scenario, found.Steps, FoundBy = found.How, Schedule = found.Case?.Schedule, Model = found.Case?.Model.Hash, Reproduce = found.Case?.Reproduce },
        };
        if (found.Accepted is { } reason)
            result["suppressions"] = new[] { new { Kind = "external", Status = "accepted", Justification = $"accepted by design: {reason}" } };
        if (found.Case is { } known)
            result["codeFlows"] = new[] { new { Message = Text($"schedule of {known.Steps.Count} steps; executionOrder is the step's number"), ThreadFlows = known.Trace.Tasks.Select(task => ThreadOf(known, task)).ToArray() } };
        return result;
    }

    private static object ThreadOf(FindingCase known, string task)
    {
        var events = known.Trace.Events.Where(each => each.Task == task).Select(each => StepOf(known, each));
        var waiting = known.Trace.Waiting.Where(wait => wait.Task == task).Select(wait => WaitOf(known, wait));
        return new { Id = task, Message = Text($"task {task}"), Locations = events.Concat(waiting).ToArray() };
    }

    private static Dictionary<string, object> StepOf(FindingCase known, TraceEvent each) => new()
    {
        ["executionOrder"] = each.Number,
        ["nestingLevel"] = each.Calls.Count,
        ["importance"] = each.Broken.Count > 0 ? "essential" : each.Kind is TraceKind.Read or TraceKind.Check ? "unimportant" : "important",
        ["kinds"] = KindsOf(each),
        ["location"] = Location(known, each.Function, $"{each.Text}{(each.Value is { } value ? $" => {value}" : "")}{string.Concat(each.Broken.Select(broken => $" !!! {broken}"))}"),
    };

    private static Dictionary<string, object> WaitOf(FindingCase known, TraceWait wait) => new()
    {
        ["executionOrder"] = known.Steps.Count + 1,
        ["importance"] = "essential",
        ["kinds"] = new[] { "lock", "wait" },
        ["location"] = Location(known, known.Finding.Function, $"waits for ever: {wait.Text}"),
    };

    private static string[] KindsOf(TraceEvent each) => each.Kind switch
    {
        TraceKind.Take => ["acquire", "lock"],
        TraceKind.Release => ["release", "lock"],
        TraceKind.Queue => ["lock"],
        TraceKind.Write => ["value", "memory"],
        TraceKind.Read => ["value"],
        TraceKind.Check => ["implicit"],
    };

    private static object Location(FindingCase known, string function, string text) =>
        new { PhysicalLocation = Artifact(known.Source), LogicalLocations = new[] { Place(known.Model.Revision.Name, function) }, Message = Text(text) };

    private static object Artifact(string source) => new { ArtifactLocation = new { Uri = UriOf(source) } };

    // Relative to where the tool was called, as services expect it.
    private static string UriOf(string source) => source == Inputs.ScenarioFiles.StandardInput
        ? "stdin"
        : string.Join('/', source.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString));

    private static object Text(string text) => new { Text = text };
}
