using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios.Language;

/// <summary>Call properties: which fault points of a call fail. Parser and printer side by side.</summary>
internal static class FaultWords
{
    private const int CountMax = 1000;

    /// <summary>Reads <c>(fail_nth: 2 alloc)</c>, <c>(fail: fd)</c> or <c>(may_fail: alloc)</c> when there is one.</summary>
    public static FaultPlan Read(TokenReader reader)
    {
        const string Expected = "a call property: 'fail: POINT', 'fail_nth: N' or 'may_fail'";
        if (!reader.Accept("("))
            return FaultPlan.None;
        var word = reader.Next;
        _ = reader.Word(Expected);
        var plan = word.Text switch
        {
            "fail" => new FaultPlan(1, 0, After(reader, () => Points(reader, required: true))),
            "fail_nth" => After(reader, () => new FaultPlan((int)reader.Number("which fault point fails,", least: 1, most: CountMax), 0, Points(reader, required: false))),
            "may_fail" when reader.Next.Is(":") => After(reader, () => MayFail(reader)),
            "may_fail" => new FaultPlan(0, 1, Sequence<FaultPoint>.Empty),
            _ => throw reader.Wrong(word, $"found '{word.Text}'", Expected),
        };
        reader.Expect(")", "after the call property");
        return plan;
    }

    /// <summary>Writes a plan, or nothing when nothing fails.</summary>
    public static string Write(FaultPlan plan)
    {
        var points = string.Concat(plan.Points.Select(point => $" {Words.Of(Words.FaultPoints, point)}"));
        if (plan.Countdown > 0)
            return plan.Countdown == 1 && points.Length > 0 ? $" (fail:{points})" : $" (fail_nth: {plan.Countdown}{points})";
        return plan.Anywhere switch
        {
            0 => "",
            1 => points.Length == 0 ? " (may_fail)" : $" (may_fail:{points})",
            _ => $" (may_fail: {plan.Anywhere}{points})",
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
