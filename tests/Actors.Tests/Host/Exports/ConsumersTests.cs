using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using System.Xml.Schema;
using Acornima;
using Actors.Host;
using Actors.Tests.Simulation;
using AngleSharp.Html.Parser;
using Json.Schema;
using Microsoft.CodeAnalysis.Sarif;

namespace Actors.Tests.Host.Exports;

/// <summary>Exports of shipped scenarios, held against the published schemas and parsers of those who read them.</summary>
public sealed class ConsumersTests : IDisposable
{
    private const string Mermaid = """
        import { JSDOM } from 'jsdom'; import fs from 'fs';
        global.window = new JSDOM('').window; global.document = window.document;
        const mermaid = (await import('mermaid')).default;
        for (const file of process.argv.slice(1)) await mermaid.parse(fs.readFileSync(file, 'utf8'));
        """;

    private const string Graphviz = """
        import { Graphviz } from '@hpcc-js/wasm-graphviz'; import fs from 'fs';
        const graphviz = await Graphviz.load();
        for (const file of process.argv.slice(1)) if (!graphviz.layout(fs.readFileSync(file, 'utf8'), 'svg', 'dot').includes('<svg')) process.exit(1);
        """;

    private const string JUnit = """
        import { parse } from 'junit2json'; import fs from 'fs';
        const suites = (await parse(fs.readFileSync(process.argv[1], 'utf8'))).testsuite, cases = suites.flatMap(suite => suite.testcase);
        console.log([suites.length, cases.length, cases.filter(each => each.failure?.[0].inner?.includes('MODEL')).length, cases.filter(each => each.skipped).length].join(' '));
        """;

    private static readonly (string Scenario, string Revision)[] Found = [("flr-map-dma", "S0"), ("close-map", "S0"), ("hot-reset-pair", "S0"), ("nvgrace-read-command-fault-mmap", "M73")];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [FactWithConsumers("junit-10.xsd", "JUnit.xsd")]
    public void Junit_OfRuns_IsValidByThePublishedSchemas()
    {
        Explore("--junit", "junit.xml");

        foreach (var schema in new[] { "junit-10.xsd", "JUnit.xsd" })
        {
            var schemas = new XmlSchemaSet();
            schemas.Add(null, Path.Combine(FactWithConsumersAttribute.Folder, schema));
            XDocument.Load(Path.Combine(folder.Path, "junit.xml")).Validate(schemas, (_, wrong) => Assert.Fail($"{schema}: {wrong.Message}"));
        }
    }

    [FactWithConsumers("node_modules/junit2json")]
    public void Junit_OfRuns_IsReadWithItsFailures()
    {
        Explore("--junit", "junit.xml");
        var written = XDocument.Load(Path.Combine(folder.Path, "junit.xml")).Root!;

        var read = Node(JUnit, Path.Combine(folder.Path, "junit.xml"));

        Assert.Equal(string.Join(' ', new[] { "testsuite", "testcase", "failure", "skipped" }.Select(name => written.Descendants(name).Count())), read.Trim());
    }

    [Fact]
    public void Sarif_OfRuns_IsValidByTheSchemaAndReadByMicrosoftsReader()
    {
        Explore("--sarif", "findings.sarif");
        var text = File.ReadAllText(Path.Combine(folder.Path, "findings.sarif"));
        var schema = JsonSchema.FromFile(Path.Combine(AppContext.BaseDirectory, "sarif-2.1.0.json"));

        Assert.True(IsValid(schema, text));
        Assert.False(IsValid(schema, text.Replace("\"level\": \"error\"", "\"level\": \"oops\"", StringComparison.Ordinal)));
        Assert.False(IsValid(schema, text.Replace("\"executionOrder\"", "\"order\"", StringComparison.Ordinal)));
        var run = Assert.Single(SarifLog.Load(Path.Combine(folder.Path, "findings.sarif")).Runs);
        Assert.True(run.Results.Count >= Found.Length);
        Assert.All(run.Results, result =>
        {
            Assert.Equal(result.RuleId, result.GetRule(run).Id);
            Assert.NotEmpty(result.PartialFingerprints);
            Assert.All(Assert.Single(result.CodeFlows).ThreadFlows, thread => Assert.NotEmpty(thread.Locations));
        });
    }

    // A parser that forgives nothing, of HTML and of the script in it.
    [Fact]
    public void Html_OfFindings_IsParsedStrictly()
    {
        var html = new HtmlParser(new HtmlParserOptions { IsStrictMode = true });
        foreach (var (scenario, revision) in Found)
        {
            using var page = html.ParseDocument(File.ReadAllText(Export("html", scenario, revision)));

            Assert.NotEmpty(new Parser().ParseScript(page.Scripts.Single(script => script.Type is null or "").Text).Body);
        }
    }

    [FactWithConsumers("node_modules/mermaid", "node_modules/jsdom")]
    public void Mermaid_OfFindings_IsParsedByMermaid() => Node(Mermaid, [.. Found.Select(found => Export("mermaid", found.Scenario, found.Revision))]);

    [FactWithConsumers("node_modules/@hpcc-js/wasm-graphviz")]
    public void Dot_OfFindingsAndStates_IsLaidOutByGraphviz() =>
        Node(Graphviz, [.. Found.Select(found => Export("dot", found.Scenario, found.Revision)), Write("states", folder.Write("flr.litmus", SampleScenarios.Flr), "S0")]);

    private void Explore(string option, string file) =>
        CommandRun.Of(["explore", .. Found.Select(found => ShippedScenarios.FileOf(found.Scenario)).Distinct(), "--revision", "S0,M73", "--quiet", option, Path.Combine(folder.Path, file)]);

    private string Export(string form, string scenario, string revision) => Write(form, ShippedScenarios.FileOf(scenario), revision);

    private string Write(string form, string scenario, string revision)
    {
        var file = Path.Combine(folder.Path, $"{Path.GetFileNameWithoutExtension(scenario)}.{form}");
        var run = CommandRun.Of("export", $"--{form}", scenario, "--revision", revision, "--no-progress", "--out", file);
        Assert.True(run.Code == ExitCode.Clean, run.Error);
        return file;
    }

    private static bool IsValid(JsonSchema schema, string text)
    {
        using var document = JsonDocument.Parse(text);
        return schema.Evaluate(document.RootElement, new EvaluationOptions { RequireFormatValidation = true }).IsValid;
    }

    private static string Node(string script, params string[] files)
    {
        using var process = Process.Start(new ProcessStartInfo("node", ["--input-type=module", "-e", script, "--", .. files]) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = FactWithConsumersAttribute.Folder })!;
        var errors = process.StandardError.ReadToEndAsync();
        var read = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return read;
    }
}
