using Actors.Core.Analysis;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Host.Inputs;

namespace Actors.Host.Reports;

/// <summary>Turns the result of an exploration into a report.</summary>
public static class RunReportBuilder
{
    /// <summary>The report of a run.</summary>
    /// <param name="model">What was explored.</param>
    /// <param name="result">What came out.</param>
    /// <param name="file">The scenario file as named on the command line.</param>
    /// <param name="reproduce">The command line that does it again.</param>
    public static RunReport Build(Model model, ExplorationResult result, string file, string reproduce)
    {
        var condition = ConditionOf(model.Scenario, result.Observation);
        FindingReport[] findings = [.. WitnessesOf(model, result).Select(witness => FindingOf(model, witness))];
        var properties = Rows(model.Scenario, result, findings);
        return new RunReport
        {
            Scenario = model.Scenario.Name,
            File = file,
            Revision = model.Revision.Name,
            Edits = PatchFile.Text(model.Revision),
            ScenarioHash = model.Scenario.Hash,
            ScenarioText = ScenarioPrinter.Print(model.Scenario),
            ModelHash = model.Hash,
            Policy = model.Policy,
            Completion = result.Completion,
            States = result.States,
            Transitions = result.Transitions,
            IsProof = result.IsProof,
            Depth = result.Depth,
            FinalStates = result.FinalStates,
            ElapsedSeconds = Math.Round(result.Elapsed.TotalSeconds, 3),
            MemoryBytes = result.MemoryBytes,
            OmissionProbability = Coverage.OmissionProbability(result.States),
            Coverage = Coverage.Sentence(model, result),
            Verdict = VerdictOf(result, findings, properties),
            Findings = findings,
            Properties = properties,
            Condition = condition,
            Reproduce = reproduce,
            ExitCode = (int)CodeOf(result, findings, properties),
        };
    }

    private static ExitCode CodeOf(ExplorationResult result, FindingReport[] findings, PropertyRow[] properties)
    {
        if (Array.Exists(findings, finding => finding.IsFound))
            return ExitCode.Violation;
        if (result.Transitions == 0 || !Array.Exists(properties, row => row.Judged > 0))
            return ExitCode.NothingChecked;
        return result.IsProof ? ExitCode.Clean : ExitCode.Incomplete;
    }

    private static Verdict VerdictOf(ExplorationResult result, FindingReport[] findings, PropertyRow[] properties) => new(
        [.. findings.Where(finding => finding.IsFound).Select(finding => finding.Id)],
        [.. findings.Where(finding => !finding.IsFound).Select(finding => finding.Id)],
        result.IsProof
            ? [.. properties.Where(row => row is { Off: false, Judged: > 0, Found: 0, Accepted: 0 }).Select(row => row.Property)]
            : []);

    private static PropertyRow[] Rows(Scenario scenario, ExplorationResult result, FindingReport[] findings)
    {
        var judged = Judged.Count(result);
        return
        [
            .. Enum.GetValues<Property>().Select(property => new PropertyRow(
                property,
                PropertyNames.Title(property),
                scenario.PropertiesOff.Contains(property) ? 0 : Math.Max(judged.GetValueOrDefault(property), findings.Count(finding => finding.Property == property)),
                Judged.Unit(property),
                scenario.PropertiesOff.Contains(property),
                findings.Count(finding => finding.Property == property && finding.IsFound),
                findings.Count(finding => finding.Property == property && !finding.IsFound))),
        ];
    }

    // Broken properties, and the scenario's own clause when it is.
    private static IEnumerable<Witness> WitnessesOf(Model model, ExplorationResult result) => result.Findings.Concat(BrokenClause(model, result.Observation));

    private static FindingReport FindingOf(Model model, Witness witness) => new()
    {
        Id = witness.Finding.Id,
        Property = witness.Finding.IsOfClause ? null : witness.Finding.Violation.Property,
        Kind = witness.Finding.Violation.Kind,
        AcceptedReason = witness.Finding.AcceptedReason(model.Revision),
        Text = witness.Finding.Violation.Text,
        Function = witness.Finding.Function,
        Step = witness.Finding.Step,
        Conflict = witness.Finding.Violation.Conflict,
        Fatal = witness.Finding.Violation.Fatal,
        AtQuiescence = witness.AtQuiescence,
        IsShortest = witness.IsShortest,
        Trace = TraceReplay.Of(model, witness),
        Schedule = ScheduleCode.Encode(model, witness.Schedule),
    };

    // The clause describes the bad outcome; of forall its opposite.
    private static IEnumerable<Witness> BrokenClause(Model model, Observation? observation)
    {
        if (ConditionOf(model.Scenario, observation) is not { } condition || observation?.Witness is not { } witness)
            yield break;
        var text = model.Scenario.Condition!.Quantifier == Quantifier.ForAll ? "the scenario's condition fails in a final state" : "the scenario's bad outcome is reached";
        yield return witness with { Finding = Finding.OfClause($"{text}: {condition.Condition}", model.Scenario.Name) };
    }

    private static ConditionReport? ConditionOf(Scenario scenario, Observation? observation)
    {
        if (scenario.Condition is not { } condition || observation is null)
            return null;
        var (word, kind, ok) = condition.Quantifier switch
        {
            Quantifier.Exists => ("exists", "Allowed", observation.Positive > 0),
            Quantifier.NotExists => ("~exists", "Forbidden", observation.Positive == 0),
            Quantifier.ForAll => ("forall", "Required", observation.Negative == 0),
        };
        return new ConditionReport(
            $"{word} ({ScenarioPrinter.Print(condition.Clause)})",
            kind,
            [.. observation.States.Select(state => new FinalRegisters(state.State, state.Count))],
            observation.Positive,
            observation.Negative,
            ok,
            observation.Positive == 0 ? "Never" : observation.Negative == 0 ? "Always" : "Sometimes");
    }
}
