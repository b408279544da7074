using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios.Language;

/// <summary>Reads a process: its requests in order, with <c>repeat</c> unrolled and <c>if</c> as a condition of each request inside.</summary>
internal sealed class ProcessParser
{
    /// <summary>The highest register.</summary>
    public const int RegisterMax = 31;

    private const int CallsMax = 1000;
    private const int RepeatMax = 1000;
    private const int DepthMax = 20;
    private const int ConditionsMax = 1000;

    private readonly TokenReader reader;
    private readonly int task;
    private readonly ObjectTable objects;
    private readonly ArgumentParser arguments;
    private readonly List<Call> calls = [];
    private int depth;
    private int conditions;

    private ProcessParser(TokenReader reader, int task, ObjectTable objects, ArgumentParser arguments)
    {
        this.reader = reader;
        this.task = task;
        this.objects = objects;
        this.arguments = arguments;
    }

    /// <summary>Reads the process of a number.</summary>
    public static Sequence<Call> Read(TokenReader reader, ObjectTable objects, HashSet<int> exports, int task)
    {
        reader.Expect($"P{task}", "or a later part: processes are numbered from 0 in order");
        var formals = ReadFormals(reader, objects);
        var parser = new ProcessParser(reader, task, objects, new ArgumentParser(reader, objects, exports, formals));
        parser.ReadBlock(null);
        reader.Accept(";");
        return Sequence<Call>.From(parser.calls);
    }

    private static HashSet<string>? ReadFormals(TokenReader reader, ObjectTable objects)
    {
        if (!reader.Accept("("))
            return null;
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (reader.Accept(")"))
            return names;
        do
        {
            var expected = $"an object the process uses: {objects.Names(Enum.GetValues<ObjectKind>())}";
            var name = reader.Word(expected);
            if (objects.Find(name.Text) is null)
                throw reader.Wrong(name, $"unknown object '{name.Text}'", expected);
            names.Add(name.Text);
        }
        while (reader.Accept(","));
        reader.Expect(")", "or ','");
        return names;
    }

    private void ReadBlock(Clause? when)
    {
        var open = reader.Expect("{");
        if (++depth > DepthMax)
            throw reader.Wrong(open, $"found blocks nested more than {DepthMax} deep", "a flatter process");
        while (!reader.Accept("}"))
            ReadStatement(when);
        depth--;
    }

    private void ReadStatement(Clause? when)
    {
        if (reader.Accept("repeat"))
            ReadRepeat(when);
        else if (reader.Accept("if"))
            ReadIf(when);
        else
            ReadCall(when);
        if (calls.Count > CallsMax)
            throw reader.Wrong(reader.Next, $"found more than {CallsMax} requests in P{task}", "fewer; 'repeat' is unrolled");
    }

    private void ReadRepeat(Clause? when)
    {
        var count = (int)reader.Number("how often,", least: 1, most: RepeatMax);
        var (start, open) = (calls.Count, reader.Next);
        ReadBlock(when);
        var body = calls[start..];
        if (count > 1 && body.Find(call => call is { IsAsync: true, Register: >= 0 }) is { } written)
            throw reader.Wrong(open, $"found an 'async' request that writes r{written.Register} in a 'repeat'", "no register: each 'async' request has one of its own");
        for (var round = 1; round < count && calls.Count <= CallsMax; round++)
            calls.AddRange(body);
    }

    private void ReadIf(Clause? when)
    {
        do
        {
            if (++conditions > ConditionsMax)
                throw reader.Wrong(reader.Next, $"found more than {ConditionsMax} conditions in P{task}", "fewer");
            reader.Expect("(");
            var condition = new ClauseParser(reader, objects, task, Unreadable).Read();
            reader.Expect(")", "or an operator");
            ReadBlock(Both(when, condition));
            if (!reader.Accept("else"))
                return;
            when = Both(when, new Clause.Not(condition));
        }
        while (reader.Accept("if"));
        ReadBlock(when);
    }

    private static Clause Both(Clause? outer, Clause inner) => outer is null ? inner : new Clause.And(outer, inner);

    private string? Unreadable(Location.Register register)
    {
        if (register.Task != task)
            return $"a register of P{task}: a process sees only its own results";
        if (calls.Exists(call => call.IsAsync && call.Register == register.Number))
            return "a register of a request that was waited for; one that is 'async' can be read at the end only";
        var written = calls.Where(call => call.Register >= 0).Select(call => $"r{call.Register}").Distinct().ToArray();
        return written.Contains($"r{register.Number}")
            ? null
            : written.Length == 0 ? "a register that an earlier request has written; none has" : $"a register that an earlier request has written: {TokenReader.Listed(written)}";
    }

    private void ReadCall(Clause? when)
    {
        var (at, register) = (reader.Next, -1);
        if (reader.Next.Kind == TokenKind.Word && (reader.Second.Is("=") || ClauseParser.RegisterOf(reader.Next) >= 0))
            register = ReadTarget(when);
        var name = reader.Next;
        if (name.Kind != TokenKind.Word)
            throw reader.Unexpected("a request such as 'r0 = map(a0);', 'if', 'repeat' or '}'");
        if (!VerbTable.All.TryGetValue(name.Text, out var verb))
            throw reader.Wrong(name, $"unknown verb '{name.Text}'", $"one of {TokenReader.Listed(VerbTable.All.Keys)}");
        reader.Take();
        reader.Expect("(");
        var request = verb.Build(arguments.Object(verb.Name, verb.Targets), arguments);
        reader.Expect(")", "after the arguments");
        var (faults, isAsync) = CallProperties.Read(reader);
        reader.Expect(";", "after the request");
        if (register >= 0)
            RequireOwnRegister(at, register, isAsync);
        calls.Add(new Call(request, faults, register, when, isAsync));
    }

    // Who writes it last could not be said.
    private void RequireOwnRegister(Token at, int register, bool isAsync)
    {
        if (calls.Exists(call => call.Register == register && (call.IsAsync || isAsync)))
            throw reader.Wrong(at, $"found '{at.Text}' for the second time, once for a request that is 'async'", "a register of its own for each 'async' request");
    }

    private int ReadTarget(Clause? when)
    {
        var at = reader.Next;
        var register = ClauseParser.ReadRegister(reader);
        reader.Expect("=");
        if (when is not null && when.Reads.Contains(new Location.Register(task, register)))
            throw reader.Wrong(at, $"found '{at.Text}', which the enclosing 'if' reads", "another register");
        return register;
    }
}
