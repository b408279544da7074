using Actors.Core.Machines;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios.Language;

/// <summary>Reads scenario files. The grammar is in docs/scenarios.md.</summary>
public sealed class ScenarioParser
{
    private const string Extension = ".litmus";
    private const int AsyncMax = 32;

    private readonly TokenReader reader;
    private readonly ObjectTable objects = new();
    private readonly List<Sequence<Call>> tasks = [];
    private readonly HashSet<int> exports = [];
    private Bounds bounds = new();
    private Sequence<Property> propertiesOff = Sequence<Property>.Empty;
    private Sequence<string> revisions = Sequence<string>.Empty;
    private Sequence<Location> locations = Sequence<Location>.Empty;

    private ScenarioParser(TokenReader reader) => this.reader = reader;

    /// <summary>The scenario a text describes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fileName">The file as the user named it, for messages. When it ends in <c>.litmus</c>, the test must be named as the file.</param>
    /// <exception cref="ScenarioSyntaxException">The first mistake of the text.</exception>
    public static Scenario Parse(string text, string fileName) => new ScenarioParser(new TokenReader(text, fileName)).Read(fileName);

    private Scenario Read(string fileName)
    {
        var name = ReadHeader(fileName);
        var comment = ReadComment();
        new ObjectParser(reader, objects).Read();
        ReadParts();
        var condition = ReadCondition();
        if (reader.Next.Kind != TokenKind.End)
            throw reader.Unexpected("the end of the file");
        return new Scenario
        {
            Name = name,
            Comment = comment,
            Topology = objects.Topology(tasks.Count + tasks.Sum(calls => calls.Count(call => call.IsAsync))) with { HasEpoll = Scenario.UsesEpoll(tasks) },
            Devices = Sequence<DeviceStart>.From(objects.DeviceStarts),
            Buffers = Sequence<BufferStart>.From(objects.BufferStarts),
            Attachments = Sequence<AttachmentStart>.From(objects.AttachmentStarts),
            Tasks = Sequence<Sequence<Call>>.From(tasks),
            Bounds = bounds,
            Revisions = revisions,
            PropertiesOff = propertiesOff,
            Locations = locations,
            Condition = condition,
        };
    }

    private string ReadHeader(string fileName)
    {
        reader.Expect("vfio", "and the name of the test in the first line");
        if (reader.Next.Line != 1 && reader.Next.Kind == TokenKind.End)
            throw reader.Unexpected("the name of the test");
        var name = reader.Word("the name of the test");
        if (!name.Text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '+' or '.'))
            throw reader.Wrong(name, $"found the name '{name.Text}'", "letters, digits, '_', '-', '+' and '.'");
        if (StemOf(fileName) is { } stem && stem != name.Text)
            throw reader.Wrong(name, $"found the name '{name.Text}'", $"'{stem}', as the file is named");
        return name.Text;
    }

    private static string? StemOf(string fileName) => fileName.EndsWith(Extension, StringComparison.Ordinal)
        ? fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..^Extension.Length]
        : null;

    private string ReadComment()
    {
        var lines = new List<string>();
        while (reader.Next.Kind == TokenKind.Quoted)
            lines.Add(reader.Take().Text);
        return string.Join("\n", lines);
    }

    private void ReadParts()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Next is { Kind: TokenKind.Word, Text: not ("exists" or "forall") } part)
        {
            if (part.Text is "bounds" or "revisions" or "properties" or "locations" && !seen.Add(part.Text))
                throw reader.Wrong(part, $"found '{part.Text}' for the second time", "it once");
            if (reader.Accept("bounds"))
                ReadBounds();
            else if (reader.Accept("revisions"))
                revisions = ReadRevisions();
            else if (reader.Accept("properties"))
                propertiesOff = ReadProperties();
            else if (reader.Accept("locations"))
                locations = ReadLocations();
            else if (part.Text == $"P{tasks.Count}")
                ReadProcess();
            else
                throw reader.Unexpected($"'P{tasks.Count} {{', 'bounds', 'revisions', 'properties', 'locations', 'exists', '~exists' or 'forall'");
        }

        if (tasks.Count == 0)
            throw reader.Unexpected("a process 'P0 { ... }'");
    }

    private void ReadProcess()
    {
        var at = reader.Next;
        tasks.Add(ProcessParser.Read(reader, objects, exports, tasks.Count));
        if (tasks.Sum(calls => calls.Count(call => call.IsAsync)) > AsyncMax)
            throw reader.Wrong(at, $"found more than {AsyncMax} 'async' requests", "fewer: each is a task of its own");
    }

    private Sequence<string> ReadRevisions()
    {
        var named = new List<string>();
        do
        {
            var at = reader.Next;
            var name = reader.Joined("-");
            if (KernelRevisions.Find(name) is null)
                throw reader.Wrong(at, $"found '{name}'", "a revision: 'actors revisions list' names them");
            if (named.Contains(name))
                throw reader.Wrong(at, $"found '{name}' for the second time", "each revision once");
            named.Add(name);
        }
        while (reader.Accept(","));
        reader.Expect(";", "or ','");
        return Sequence<string>.From(named);
    }

    private void ReadBounds()
    {
        reader.Expect("states", "and the most distinct states");
        reader.Expect("=");
        bounds = new Bounds((long)reader.Number("the most distinct states,", least: 1, most: long.MaxValue));
        reader.Expect(";");
    }

    private Sequence<Property> ReadProperties()
    {
        var on = reader.OneOf("'on' or 'off'", Words.Switches);
        reader.Expect(":");
        var named = new SortedSet<Property>();
        do
        {
            var at = reader.Next;
            if (!named.Add(reader.OneOf("a property", Words.Properties)))
                throw reader.Wrong(at, $"found '{at.Text}' for the second time", "each property once");
        }
        while (reader.Accept(","));
        reader.Expect(";", "or ','");
        return Sequence<Property>.From(Enum.GetValues<Property>().Where(property => named.Contains(property) != on));
    }

    private Sequence<Location> ReadLocations()
    {
        var clause = new ClauseParser(reader, objects, -1, Unreadable);
        var named = new List<Location>();
        reader.Expect("[", "and results or fields such as '0:r0; b0:revoked;'");
        while (!reader.Accept("]"))
        {
            var at = reader.Next;
            var location = clause.ReadLocation();
            if (named.Contains(location))
                throw reader.Wrong(at, $"found {location} for the second time", "each of them once");
            named.Add(location);
            reader.Expect(";");
        }

        return Sequence<Location>.From(named);
    }

    private Condition? ReadCondition()
    {
        if (reader.Next.Kind == TokenKind.End)
            return locations.IsEmpty ? null : throw reader.Unexpected("a condition: locations are shown with its final states");
        var negated = reader.Accept("~");
        var quantifier = negated ? Quantifier.NotExists : reader.Next.Is("forall") ? Quantifier.ForAll : Quantifier.Exists;
        reader.Expect(quantifier == Quantifier.ForAll ? "forall" : "exists", negated ? null : "or '~exists' or 'forall' with the condition, or another process");
        reader.Expect("(");
        var clause = new ClauseParser(reader, objects, -1, Unreadable).Read();
        reader.Expect(")", "or an operator");
        return new Condition(quantifier, clause);
    }

    private string? Unreadable(Location.Register register)
    {
        if (register.Task >= tasks.Count)
            return $"a register of P0 to P{tasks.Count - 1}";
        var written = tasks[register.Task].Where(call => call.Register >= 0).Select(call => $"{register.Task}:r{call.Register}").Distinct().ToArray();
        return written.Contains($"{register}")
            ? null
            : written.Length == 0 ? $"a register that P{register.Task} writes; it writes none" : $"a register that P{register.Task} writes: {TokenReader.Listed(written)}";
    }
}
