using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios.Language;

/// <summary>Call properties: which fault points of a call fail, and whether its process waits for it. Parser and printer side by side.</summary>
internal static class CallProperties
{
    private const int CountMax = 1000;

    /// <summary>Reads <c>(fail_nth: 2 alloc)</c>, <c>(fail: fd)</c>, <c>(may_fail: alloc)</c> and <c>(async)</c>, each at most once, in one or two pairs of parentheses.</summary>
    public static (FaultPlan Faults, bool IsAsync) Read(TokenReader reader)
    {
        FaultPlan? faults = null;
        var isAsync = false;
        while (reader.Accept("("))
        {
            do
            {
                var word = reader.Next;
                if (word.Is("async") ? isAsync : faults is not null)
                    throw reader.Wrong(word, $"found '{word.Text}' behind another call property", isAsync ? "a fault" : "'async', or the end of the request");
                if (reader.Accept("async"))
                    isAsync = true;
                else
                    faults = ReadFaults(reader);
            }
            while (reader.Accept(","));
            reader.Expect(")", "after the call property");
        }

        return (faults ?? FaultPlan.None, isAsync);
    }

    private static FaultPlan ReadFaults(TokenReader reader)
    {
        const string Expected = "a call property: 'async', 'fail: POINT', 'fail_nth: N' or 'may_fail'";
        var word = reader.Word(Expected);
        return word.Text switch
        {
            "fail" => new FaultPlan(1, 0, After(reader, () => Points(reader, required: true))),
            "fail_nth" => After(reader, () => new FaultPlan((int)reader.Number("which fault point fails,", least: 1, most: CountMax), 0, Points(reader, required: false))),
            "may_fail" when reader.Next.Is(":") => After(reader, () => MayFail(reader)),
            "may_fail" => new FaultPlan(0, 1, Sequence<FaultPoint>.Empty),
            _ => throw reader.Wrong(word, $"found '{word.Text}'", Expected),
        };
    }

    /// <summary>Writes the properties of a call, or nothing when it has none.</summary>
    public static string Write(Call call) => (Write(call.Faults), call.IsAsync) switch
    {
        ("", false) => "",
        ("", true) => " (async)",
        (var faults, false) => $" ({faults})",
        (var faults, true) => $" ({faults}, async)",
    };

    private static string Write(FaultPlan plan)
    {
        var points = string.Concat(plan.Points.Select(point => $" {Words.Of(Words.FaultPoints, point)}"));
        if (plan.Countdown > 0)
            return plan.Countdown == 1 && points.Length > 0 ? $"fail:{points}" : $"fail_nth: {plan.Countdown}{points}";
        return plan.Anywhere switch
        {
            0 => "",
            1 => points.Length == 0 ? "may_fail" : $"may_fail:{points}",
            _ => $"may_fail: {plan.Anywhere}{points}",
        };
    }

    private static T After<T>(TokenReader reader, Func<T> read)
    {
        reader.Expect(":");
        return read();
    }

    private static FaultPlan MayFail(TokenReader reader)
    {
        var counted = reader.Next.Kind == TokenKind.Number;
        var count = counted ? (int)reader.Number("how many fault points may fail,", least: 1, most: CountMax) : 1;
        return new FaultPlan(0, count, Points(reader, required: !counted));
    }

    private static Sequence<FaultPoint> Points(TokenReader reader, bool required)
    {
        var points = new SortedSet<FaultPoint>();
        while (reader.Next.Kind == TokenKind.Word || (required && points.Count == 0))
        {
            var at = reader.Next;
            if (!points.Add(reader.OneOf("a fault point", Words.FaultPoints)))
                throw reader.Wrong(at, $"found '{at.Text}' for the second time", "each fault point once");
        }

        return Sequence<FaultPoint>.From(points);
    }
}
