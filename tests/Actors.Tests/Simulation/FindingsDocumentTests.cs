using System.Text.RegularExpressions;
using Actors.Host;
using Actors.Tests.Host;
using Actors.Tests.Tidy;

namespace Actors.Tests.Simulation;

/// <summary>docs/findings.md says what search says: its commands are run.</summary>
/// <remarks>A command is a line <c>actors explore scenarios/NAME.litmus --revision R</c> in the document; the line behind it is
/// <c>finds: ID ...</c> or <c>finds: nothing</c>.</remarks>
public sealed partial class FindingsDocumentTests
{
    private const string Document = "docs/findings.md";

    /// <summary>Scenario, revision, and what is found there.</summary>
    public static TheoryData<string, string, string> Commands
    {
        get
        {
            var commands = new TheoryData<string, string, string>();
            foreach (Match match in CommandAndFindings().Matches(SourceTree.Text(Document)))
                commands.Add(match.Groups["scenario"].Value, match.Groups["revision"].Value, match.Groups["ids"].Value);
            return commands;
        }
    }

    [Fact]
    public void Commands_OfTheDocument_AreThereAndSayWhatTheyFind() =>
        Assert.Equal(SourceTree.Lines(Document).Count(line => line.Contains("actors explore scenarios/", StringComparison.Ordinal) && line.Contains(".litmus", StringComparison.Ordinal)), Commands.Count);

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_OfTheDocument_FindsExactlyWhatItSays(string scenario, string revision, string ids)
    {
        var run = CommandRun.Of("explore", ShippedScenarios.FileOf(scenario), "--revision", revision, "--quiet");

        Assert.Equal(ids == "nothing" ? ExitCode.Clean : ExitCode.Violation, run.Code);
        var found = FoundId().Matches(run.Out).Select(match => match.Groups["id"].Value).Distinct();
        Assert.Equal(ids == "nothing" ? [] : ids.Split(' ').Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    // An id that no command stands for could be out of date without anybody noticing.
    [Fact]
    public void Ids_OfTheDocument_AreFoundByOneOfItsCommands()
    {
        var text = SourceTree.Text(Document);
        var found = CommandAndFindings().Matches(text).SelectMany(match => match.Groups["ids"].Value.Split(' ')).ToHashSet();

        Assert.NotEmpty(found);
        Assert.All(Id().Matches(text).Select(match => match.Value), id => Assert.Contains(id, found));
    }

    [GeneratedRegex(@"actors explore scenarios/(?<scenario>[a-z0-9-]+)\.litmus --revision (?<revision>[A-Za-z0-9-]+)\n\s+finds: (?<ids>[0-9a-z]+( [0-9a-f]{8})*)\n")]
    private static partial Regex CommandAndFindings();

    [GeneratedRegex(@"^(?<id>[0-9a-f]{8})  \S+  FOUND", RegexOptions.Multiline)]
    private static partial Regex FoundId();

    [GeneratedRegex(@"\b(?=[0-9a-f]*[0-9])[0-9a-f]{8}\b")]
    private static partial Regex Id();
}
