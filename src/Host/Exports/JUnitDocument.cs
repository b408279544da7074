using System.Globalization;
using System.Xml;
using Actors.Host.Findings;

namespace Actors.Host.Exports;

/// <summary>JUnit XML as Ant, Jenkins and GitLab read it. One suite for each scenario file, one case for each scenario, property and revision.</summary>
/// <remarks>A failure's type is the sub-kind, its text the mail report. A property that was not exercised, or is not decided because the exploration is not complete, is skipped and says why.</remarks>
internal sealed class JUnitDocument
{
    private readonly XmlWriter xml;

    private JUnitDocument(XmlWriter xml) => this.xml = xml;

    /// <summary>Writes all suites.</summary>
    public static void Write(TextWriter output, IReadOnlyList<JUnitSuite> suites)
    {
        output.WriteLine("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        using (var xml = XmlWriter.Create(output, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true, CloseOutput = false, NewLineChars = "\n", NewLineHandling = NewLineHandling.Replace }))
            new JUnitDocument(xml).WriteSuites(suites);
        output.WriteLine();
    }

    private void WriteSuites(IReadOnlyList<JUnitSuite> suites)
    {
        xml.WriteStartElement("testsuites");
        for (var number = 0; number < suites.Count; number++)
            WriteSuite(number, suites[number]);
        xml.WriteEndElement();
    }

    private void WriteSuite(int number, JUnitSuite suite)
    {
        xml.WriteStartElement("testsuite");
        Attribute("name", suite.Name);
        Attribute("package", "actors");
        Attribute("id", $"{number}");
        Attribute("timestamp", TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
        Attribute("hostname", "localhost");
        Attribute("tests", $"{suite.Cases.Count}");
        Attribute("failures", $"{suite.Cases.Count(each => each.Failures.Count > 0)}");
        Attribute("errors", "0");
        Attribute("skipped", $"{suite.Cases.Count(each => each.Skipped is not null)}");
        Attribute("time", Seconds(suite.Seconds));
        xml.WriteStartElement("properties");
        foreach (var (name, value) in suite.Properties)
            Property(name, value);
        xml.WriteEndElement();
        foreach (var each in suite.Cases)
            Write(suite, each);
        xml.WriteElementString("system-out", suite.Output);
        xml.WriteElementString("system-err", "");
        xml.WriteEndElement();
    }

    private void Property(string name, string value)
    {
        xml.WriteStartElement("property");
        Attribute("name", name);
        Attribute("value", value);
        xml.WriteEndElement();
    }

    private void Write(JUnitSuite suite, JUnitCase each)
    {
        xml.WriteStartElement("testcase");
        Attribute("name", each.Name);
        Attribute("classname", suite.Name);
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

    private void Attribute(string name, string value) => xml.WriteAttributeString(name, value);

    private static string Seconds(double seconds) => seconds.ToString("0.###", CultureInfo.InvariantCulture);
}
