using System.Text.Json;
using Actors.Host;
using Actors.Tests.Simulation;

namespace Actors.Tests.Host;

/// <summary>Exports, each held against the rules of the one that reads it.</summary>
public sealed class ExportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // The importer of CloseWhileBusy has work and DMA of its own, and the close waits.
    [Theory]
    [InlineData(SampleScenarios.Flr, "S0")]
    [InlineData(SampleScenarios.FlrRacesMap, "S0")]
    [InlineData(SampleScenarios.CloseWhileBusy, "S0")]
    public void Perfetto_OfAFinding_BalancesSpansAndPairsFlows(string scenario, string revision)
    {
        var document = Export("--perfetto", scenario, revision).Json;

        var events = document.GetProperty("traceEvents").EnumerateArray().ToArray();
        Assert.NotEmpty(events);
        var open = new Dictionary<(int, int), Stack<string>>();
        var last = 0;
        foreach (var each in events.Where(each => Phase(each) is "B" or "E" or "X"))
        {
            var at = each.GetProperty("ts").GetInt32();
            Assert.True(at >= last, $"{each}");
            last = at;
            var track = (each.GetProperty("pid").GetInt32(), each.GetProperty("tid").GetInt32());
            var name = each.GetProperty("name").GetString()!;
            if (!open.TryGetValue(track, out var spans))
                open[track] = spans = new Stack<string>();
            if (Phase(each) == "B")
                spans.Push(name);
            if (Phase(each) == "E")
                Assert.Equal(name, spans.Pop());
        }

        Assert.All(open.Values, Assert.Empty);
        var named = events.Where(each => Phase(each) == "M" && each.GetProperty("name").GetString() == "thread_name").Select(each => each.GetProperty("tid").GetInt32()).ToArray();
        Assert.Equal(named.Length, named.Distinct().Count());
        Assert.All(open.Keys, track => Assert.Contains(track.Item2, named));
        var starts = events.Where(each => Phase(each) == "s").Select(each => each.GetProperty("id").GetInt32());
        var ends = events.Where(each => Phase(each) == "f").Select(each => each.GetProperty("id").GetInt32());
        Assert.Equal(starts.Order(), ends.Order());
        Assert.Contains(events, each => Phase(each) == "i" && each.GetProperty("name").GetString()!.StartsWith('P'));
    }

    [Theory]
    [InlineData(SampleScenarios.Flr)]
    [InlineData(SampleScenarios.CloseWhileBusy)]
    public void Mermaid_OfAFinding_HasAtMost40MessagesBetweenItsParticipants(string scenario)
    {
        var lines = Export("--mermaid", scenario, "S0").Lines;

        Assert.Equal("sequenceDiagram", lines[0]);
        var participants = lines.Where(line => line.StartsWith("    participant ", StringComparison.Ordinal)).Select(line => line.Trim().Split(' ')[1]).ToArray();
        Assert.Equal(participants.Length, participants.Distinct().Count());
        var messages = lines.Where(line => line.Contains("->>", StringComparison.Ordinal) || line.Contains("-)", StringComparison.Ordinal)).ToArray();
        Assert.InRange(messages.Length, 1, 40);
        foreach (var message in messages)
        {
            var head = message.Trim().Split(':')[0].Replace("-->>", " ", StringComparison.Ordinal).Replace("->>", " ", StringComparison.Ordinal).Replace("-)", " ", StringComparison.Ordinal).Split(' ');
            Assert.All(head, end => Assert.Contains(end, participants));
            Assert.DoesNotContain(';', message.Replace("#35;", "", StringComparison.Ordinal).Replace("#59;", "", StringComparison.Ordinal).Replace("#lt;", "", StringComparison.Ordinal)
                .Replace("#gt;", "", StringComparison.Ordinal).Replace("#58;", "", StringComparison.Ordinal).Replace("#quot;", "", StringComparison.Ordinal).Replace("#37;", "", StringComparison.Ordinal)
                .Replace("#123;", "", StringComparison.Ordinal).Replace("#125;", "", StringComparison.Ordinal));
        }

        Assert.Contains(lines, line => line.Contains("!!! P", StringComparison.Ordinal));
    }

    // The graph's circle is red, and nothing else.
    [Fact]
    public void Dot_OfADeadlock_ColoursTheCircle()
    {
        var lines = CommandRun.Of("export", "--dot", ShippedScenarios.FileOf("nvgrace-read-command-fault-mmap"), "--revision", "M73", "--no-progress").Lines;

        Assert.StartsWith("digraph \"", lines[0], StringComparison.Ordinal);
        Assert.Equal("}", lines[^1]);
        Assert.All(lines[1..^1], line => Assert.EndsWith(";", line, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Equal(0, line.Replace("\\\"", "", StringComparison.Ordinal).Count(letter => letter == '"') % 2));
        var red = lines.Where(line => line.Contains("color=red", StringComparison.Ordinal)).Select(line => line.Trim().Split(" [")[0]).Order(StringComparer.Ordinal);
        Assert.Equal(["\"P0\"", "\"P0\" -> \"mmap_lock\"", "\"P2\"", "\"P2\" -> \"v0.memory_lock\"", "\"mmap_lock\"", "\"mmap_lock\" -> \"P2\"", "\"v0.memory_lock\"", "\"v0.memory_lock\" -> \"P0\""], red);
    }

    [Fact]
    public void States_OfASmallScenario_AreAllThatExplorationVisits()
    {
        var file = folder.Write("flr-races-map.litmus", SampleScenarios.FlrRacesMap);
        var run = CommandRun.Of("explore", file, "--revision", "S0", "--no-reduction", "--json").Json.GetProperty("runs")[0];

        var lines = CommandRun.Of("export", "--states", file, "--revision", "S0").Lines;

        var edges = lines.Where(line => line.Contains(" -> s", StringComparison.Ordinal)).ToArray();
        Assert.Equal(run.GetProperty("transitions").GetInt64(), edges.Length);
        Assert.Equal(run.GetProperty("states").GetInt64(), edges.SelectMany(line => line.Trim().Split(" [")[0].Split(" -> ")).Distinct().Count());
        Assert.Equal(run.GetProperty("finalStates").GetInt64(), lines.Count(line => line.Contains("doublecircle", StringComparison.Ordinal)));
        Assert.Contains(edges, line => line.Contains("color=red", StringComparison.Ordinal));
    }

    [Fact]
    public void States_OfALargeScenario_AreRefused() =>
        CommandRun.Of("export", "--states", ShippedScenarios.FileOf("command-close-opath"), "--revision", "M73").AssertRefused("more than 2,000 states");

    [Fact]
    public void Html_OfAFinding_IsOneFileWithItsDataAndNothingFromElsewhere()
    {
        var page = Export("--html", SampleScenarios.FlrRacesMap, "S0").Out;

        Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
        var start = page.IndexOf("type=\"application/json\">", StringComparison.Ordinal) + "type=\"application/json\">".Length;
        var data = JsonDocument.Parse(page[start..page.IndexOf("</script>", start, StringComparison.Ordinal)]).RootElement;
        var events = data.GetProperty("events").EnumerateArray().ToArray();
        Assert.Equal(Enumerable.Range(data.GetProperty("first").GetInt32(), events.Length), events.Select(each => each.GetProperty("number").GetInt32()));
        Assert.Contains(events, each => each.GetProperty("instead").GetArrayLength() > 0);
        Assert.Contains(data.GetProperty("locks").EnumerateArray(), lane => lane.GetProperty("name").GetString() == "v0.memory_lock");
        Assert.Contains(data.GetProperty("counts").EnumerateArray(), lane => lane.GetProperty("name").GetString() == "b0 f_count");
    }

    [Fact]
    public void JsonLines_OfAFinding_IsAnObjectForEachStep()
    {
        var lines = Export("--jsonl", SampleScenarios.Flr, "S0").Lines;

        var events = lines.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(Enumerable.Range(1, events.Length), events.Select(each => each.GetProperty("seq").GetInt32()));
        Assert.Contains(events, each => each.GetProperty("locks").EnumerateArray().Any(held => held.GetString() == "v0.memory_lock"));
        Assert.Contains(events, each => each.GetProperty("changes").EnumerateArray().Any(change => change.GetString() == "revoked: false -> true"));
        Assert.Single(events[^1].GetProperty("broken").EnumerateArray());
    }

    [Fact]
    public void Export_ById_IsTheSameAsByForm()
    {
        var file = folder.Write("flr.litmus", SampleScenarios.Flr);

        var byForm = CommandRun.Of("export", "--mermaid", file, "--finding", "278f27e1", "--revision", "S0", "--no-progress");
        var byId = CommandRun.Of("findings", "export", "278f27e1", file, "--as", "mermaid", "--revision", "S0", "--no-progress");

        Assert.Equal(ExitCode.Clean, byForm.Code);
        Assert.Equal(byForm.Out, byId.Out);
    }

    [Fact]
    public void Export_ToAFile_WritesItAsAWhole()
    {
        var scenario = folder.Write("flr.litmus", SampleScenarios.Flr);
        var file = Path.Combine(folder.Path, "trace.json");

        var run = CommandRun.Of("export", "--perfetto", scenario, "--revision", "S0", "--no-progress", "--out", file);

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.Empty(run.Out);
        Assert.Equal(JsonValueKind.Array, JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("traceEvents").ValueKind);
        Assert.Equal(["flr.litmus", "trace.json"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Export_OfNoForm_OrOfTwo_IsRefused()
    {
        var scenario = folder.Write("flr.litmus", SampleScenarios.Flr);

        CommandRun.Of("export", scenario).AssertRefused("name one form", "--perfetto");
        CommandRun.Of("export", scenario, "--perfetto", "--mermaid").AssertRefused("name one form");
        CommandRun.Of("findings", "export", "278f27e1", scenario, "--as", "perfeto").AssertRefused("unknown form 'perfeto'", "nearest: perfetto");
    }

    [Fact]
    public void Export_WhenNothingIsFound_IsRefused() =>
        CommandRun.Of("export", "--perfetto", folder.Write("read.litmus", SampleScenarios.Read), "--revision", "M73", "--no-progress").AssertRefused("no finding");

    [Fact]
    public void Export_ToAPlaceThatIsNone_IsRefused() =>
        CommandRun.Of("export", "--mermaid", folder.Write("flr.litmus", SampleScenarios.Flr), "--revision", "S0", "--no-progress", "--out", Path.Combine(folder.Path, "no/such/file")).AssertRefused("cannot write");

    private static string Phase(JsonElement each) => each.GetProperty("ph").GetString()!;

    private CommandRun Export(string form, string scenario, string revision)
    {
        var run = CommandRun.Of("export", form, folder.Write($"{scenario.Split('\n')[0]["vfio ".Length..]}.litmus", scenario), "--revision", revision, "--no-progress");
        Assert.True(run.Code == ExitCode.Clean, run.Error);
        return run;
    }
}
