using System.Globalization;
using System.Xml;
using Actors.Exploration;
using Actors.Host.Findings;
using Actors.Host.Reports;

namespace Actors.Host.Exports;

/// <summary>Runs as JUnit XML.</summary>
internal sealed class JUnitForm() : ExportForm("junit", "Runs as JUnit XML: a suite for each scenario, a case for each property and revision; what is not decided is skipped.")
{
    /// <inheritdoc/>
    public override void Write(ExportSource source, TextWriter output)
    {
        if (source.Sources.Journals.Any())
            throw new InputException("--junit is of runs of scenarios: a journal does not say which properties it has judged");
        JUnitDocument.Write(output, [.. source.Sources.Runs()]);
    }
}

/// <summary>JUnit XML as Ant, Jenkins and GitLab read it. One suite for each scenario file, one case for each scenario, property and revision.</summary>
/// <remarks>A failure's type is the sub-kind, its text the mail report. A property that was not exercised, or is not decided because the exploration is not complete, is skipped and says why.</remarks>
internal sealed class JUnitDocument
{
    private readonly XmlWriter xml;

    private JUnitDocument(XmlWriter xml) => this.xml = xml;

    /// <summary>Writes all runs.</summary>
    public static void Write(TextWriter output, IReadOnlyList<StoredRun> runs)
    {
        output.WriteLine("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        using (var xml = XmlWriter.Create(output, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true, CloseOutput = false, NewLineChars = "\n", NewLineHandling = NewLineHandling.Replace }))
            new JUnitDocument(xml).WriteSuites(runs);
        output.WriteLine();
    }

    private void WriteSuites(IReadOnlyList<StoredRun> runs)
    {
        xml.WriteStartElement("testsuites");
        var number = 0;
        foreach (var suite in runs.GroupBy(run => run.Report.File))
            WriteSuite(number++, [.. suite]);
        xml.WriteEndElement();
    }

    private void WriteSuite(int number, StoredRun[] runs)
    {
        Case[] cases = [.. runs.SelectMany(CasesOf)];
        xml.WriteStartElement("testsuite");
        Attribute("name", runs[0].Report.Scenario);
        Attribute("package", "actors");
        Attribute("id", $"{number}");
        Attribute("timestamp", TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
        Attribute("hostname", "localhost");
        Attribute("tests", $"{cases.Length}");
        Attribute("failures", $"{cases.Count(each => each.Failures.Count > 0)}");
        Attribute("errors", "0");
        Attribute("skipped", $"{cases.Count(each => each.Skipped is not null)}");
        Attribute("time", Seconds(runs.Sum(run => run.Report.ElapsedSeconds)));
        WriteProperties(runs);
        foreach (var each in cases)
            Write(each);
        xml.WriteElementString("system-out", string.Concat(runs.SelectMany(AcceptedOf)));
        xml.WriteElementString("system-err", "");
        xml.WriteEndElement();
    }

    private void WriteProperties(StoredRun[] runs)
    {
        xml.WriteStartElement("properties");
        Property("tool", $"actors {HostContext.Version}");
        Property("file", runs[0].Report.File);
        foreach (var report in runs.Select(run => run.Report))
        {
            Property($"model.{report.Revision}", report.ModelHash);
            Property($"strategy.{report.Revision}", report.Strategy);
            Property($"seed.{report.Revision}", report.Seed is { } seed ? $"{seed}" : "n/a");
            Property($"coverage.{report.Revision}", report.Coverage);
            Property($"reproduce.{report.Revision}", report.Reproduce);
        }

        xml.WriteEndElement();
    }

    private void Property(string name, string value)
    {
        xml.WriteStartElement("property");
        Attribute("name", name);
        Attribute("value", value);
        xml.WriteEndElement();
    }

    private void Write(Case each)
    {
        xml.WriteStartElement("testcase");
        Attribute("name", each.Name);
        Attribute("classname", each.Scenario);
        Attribute("time", Seconds(each.Seconds));
        if (each.Skipped is { } reason)
        {
            xml.WriteStartElement("skipped");
            Attribute("message", reason);
            xml.WriteEndElement();
        }

        if (each.Failures is [var first, ..])
        {
            xml.WriteStartElement("failure");
            Attribute("type", first.Kind);
            Attribute("message", string.Join("; ", each.Failures.Select(found => $"{found.Id} {found.Text}")));
            xml.WriteString(string.Join("\n", each.Failures.Select(TextOf)));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static string TextOf(StoredFinding found) => found.Case is { } known
        ? string.Concat(ReportForms.Lines(known, ReportForm.Mail).Select(line => line + "\n"))
        : $"{found.Id} {found.Property} {found.Kind}: {found.Text}, in {found.Function}\n";

    // The time of a run stands at its first case: all its properties are judged at once.
    private static IEnumerable<Case> CasesOf(StoredRun run)
    {
        var report = run.Report;
        var counted = run.Findings.Where(found => found.Accepted is null).ToArray();
        foreach (var (row, index) in report.Properties.Select((row, index) => (row, index)))
        {
            StoredFinding[] failures = [.. counted.Where(found => found.Property == $"{row.Property}")];
            yield return new Case(report.Scenario, $"{row.Property} {row.Title} [{report.Revision}]", index == 0 ? report.ElapsedSeconds : 0, failures, failures.Length > 0 ? null : WhySkipped(row, report));
        }

        if (report.Condition is { } condition)
        {
            StoredFinding[] failures = [.. counted.Where(found => found.Property == FindingReport.ClauseName)];
            yield return new Case(report.Scenario, $"{condition.Condition} [{report.Revision}]", 0, failures, failures.Length > 0 || report.Completion == Completion.ExploredAll ? null : Undecided(report));
        }
    }

    private static string? WhySkipped(PropertyRow row, RunReport report) => row switch
    {
        { Off: true } => "switched off by the scenario",
        { Judged: 0 } => "not exercised",
        _ when !report.IsProof => Undecided(report),
        _ => null,
    };

    private static string Undecided(RunReport report) => report.Sample is { } sample ? $"incomplete: not broken in {sample.Runs} sampled runs" : report.Completion switch
    {
        Completion.StoppedAtBound => $"incomplete: not broken in {report.States} states, then the bound was reached",
        Completion.StoppedAtMemory => $"incomplete: not broken in {report.States} states, then the memory limit was reached",
        Completion.Interrupted => $"incomplete: not broken in {report.States} states, then interrupted",
        Completion.StoppedAtFinding => $"incomplete: not broken in {report.States} states, then stopped at a finding",
        Completion.ExploredAll => $"incomplete: not broken in {report.States} states, not all schedules",
    };

    private static IEnumerable<string> AcceptedOf(StoredRun run) =>
        run.Findings.Where(found => found.Accepted is not null).Select(found => $"{run.Report.Revision} {found.Id} {found.Property} accepted by design: {found.Text}: {found.Accepted}\n");

    private void Attribute(string name, string value) => xml.WriteAttributeString(name, value);

    private static string Seconds(double seconds) => seconds.ToString("0.###", CultureInfo.InvariantCulture);

    private sealed record Case(string Scenario, string Name, double Seconds, IReadOnlyList<StoredFinding> Failures, string? Skipped);
}
