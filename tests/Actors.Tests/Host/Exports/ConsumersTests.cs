using System.Diagnostics;
using System.Xml.Linq;
using System.Xml.Schema;
using Actors.Host;
using Actors.Tests.Simulation;

namespace Actors.Tests.Host.Exports;

/// <summary>Exports of shipped scenarios, held against the published schemas and parsers of those who read them.</summary>
public sealed class ConsumersTests : IDisposable
{
    private const string Ajv = """
        import Ajv from 'ajv-draft-04'; import formats from 'ajv-formats'; import fs from 'fs';
        const ajv = new Ajv({ strict: false, unicodeRegExp: false, allErrors: true }); formats(ajv);
        const isValid = ajv.compile(JSON.parse(fs.readFileSync('sarif-schema-2.1.0.json')));
        for (const file of process.argv.slice(1)) if (!isValid(JSON.parse(fs.readFileSync(file)))) { console.error(file, isValid.errors); process.exit(1); }
        """;

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
            schemas.Add(null, Path.Combine(FactWithConsumersAttribute.Folder!, schema));
            XDocument.Load(Path.Combine(folder.Path, "junit.xml")).Validate(schemas, (_, wrong) => Assert.Fail($"{schema}: {wrong.Message}"));
        }
    }

    [FactWithConsumers("sarif-schema-2.1.0.json", "node_modules/ajv-draft-04", "node_modules/ajv-formats")]
    public void Sarif_OfRuns_IsValidByTheOasisSchema()
    {
        Explore("--sarif", "findings.sarif");

        Node(Ajv, Path.Combine(folder.Path, "findings.sarif"));
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

    private static void Node(string script, params string[] files)
    {
        using var process = Process.Start(new ProcessStartInfo("node", ["--input-type=module", "-e", script, "--", .. files]) { RedirectStandardError = true, WorkingDirectory = FactWithConsumersAttribute.Folder })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }
}
