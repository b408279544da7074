using System.Text;
using Actors.Core.Scenarios.Language;
using Actors.Tests.Simulation;
using FsCheck;
using FsCheck.Fluent;

namespace Actors.Tests.Core.Scenarios;

/// <summary>Layout: one way to look, nothing lost, nothing changed by a second time.</summary>
public sealed class ScenarioFormatterTests
{
    private const string Untidy = """
        # who wrote it
        vfio   t  # the name
        "what it is" "and more"   // quoted
        {  v0:device memory off bars 0:16M io 4:32;b0 : dma_buf of v0 ;


           // its importer
           a0:importer unmaps of b0;  b1: dma_buf of v0 free; # slots
        }
        bounds states = 100; revisions S0,M73-nodmabuf; properties off :P4,Locks;
        P0( v0,a0 ){ r0=map( a0 )( fail_nth:2 alloc ,async );
            repeat 2{ flr(v0) ; }
            if(r1==0&&!(r1< -EALREADY||r1!=0)){  }
            # last of all
        }
        P1 { r0 = export(v0, b1,  # where it goes
               ranges = [ 0 : 4K , 8K:4K ], flags=get | dma_buf);
             if (r0 == - EMFILE) { close(v0); } else if (r0<0) { } else { reset(v0); } };
        locations[0:r0;b0:kref;]
        ~ exists(0:r0 = 0/\(1:r0=-ENODEV\/~1:r0=0)/\v0:power = D3hot/\b0:revoked=1/\b0:fd_count>=1)
        # the end
        """;

    private const string Tidy = """
        # who wrote it
        vfio t  # the name
        "what it is"
        "and more"  // quoted
        {
            v0: device memory off bars 0:16M io 4:32;
            b0: dma_buf of v0;

            // its importer
            a0: importer unmaps of b0;
            b1: dma_buf of v0 free;  # slots
        }
        bounds states=100;
        revisions S0, M73-nodmabuf;
        properties off: P4, Locks;
        P0(v0, a0) {
            r0 = map(a0) (fail_nth: 2 alloc, async);
            repeat 2 {
                flr(v0);
            }
            if (r1 == 0 && !(r1 < -EALREADY || r1 != 0)) {
            }
            # last of all
        }
        P1 {
            r0 = export(v0, b1,  # where it goes
                ranges=[0:4K, 8K:4K], flags=get|dma_buf);
            if (r0 == -EMFILE) {
                close(v0);
            } else if (r0 < 0) {
            } else {
                reset(v0);
            }
        };
        locations [0:r0; b0:kref;]
        ~exists (0:r0=0 /\ (1:r0=-ENODEV \/ ~1:r0=0) /\ v0:power=D3hot
            /\ b0:revoked=1 /\ b0:fd_count>=1)
        # the end

        """;

    [Fact]
    public void Format_OfAnUntidyText_LaysItOut()
    {
        var legal = Untidy.Replace("repeat 2{", "r1 = unmap(a0); repeat 2{", StringComparison.Ordinal);

        Assert.Equal(Tidy.Replace("    repeat 2 {", "    r1 = unmap(a0);\n    repeat 2 {", StringComparison.Ordinal), ScenarioFormatter.Format(legal, "-"));
    }

    [Fact]
    public void Format_OfAMistake_SaysWhere() => Assert.Equal(2, Assert.Throws<ScenarioSyntaxException>(() => ScenarioFormatter.Format("vfio t\n{ v0 device; }", "-")).Line);

    // Blanks, line ends and remarks between the tokens, as somebody might type them: the scenario and the remarks are the same, and one time is enough.
    [Fact]
    public void Format_OfAnyText_KeepsScenarioAndRemarks_AndIsDoneOnce()
    {
        var numbers = Arb.From(Gen.ListOf(Gen.Choose(0, 1_000_000), 150).Select(list => list.ToArray()), ArbMap.Default.ArbFor<int[]>().Shrinker);

        Prop.ForAll(numbers, choices =>
        {
            var scenario = RandomScenario.From(choices);
            var text = Scattered(ScenarioPrinter.Print(scenario), new Choices([.. choices.Reverse(), .. choices]));
            var once = ScenarioFormatter.Format(text, "-");
            Assert.Equal(ScenarioParser.Parse(text, "-"), ScenarioParser.Parse(once, "-"));
            Assert.Equal(once, ScenarioFormatter.Format(once, "-"));
            Assert.Equal(Remarks(text), Remarks(once));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Fact]
    public void Format_OfTheCanonicalForm_OnlyBreaksLongLines()
    {
        foreach (var name in ShippedScenarios.Names)
        {
            var printed = ScenarioPrinter.Print(ShippedScenarios.Read(name));
            Assert.Equal(printed.Replace("\n", " ", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries), ScenarioFormatter.Format(printed, "-").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        }
    }

    private static IEnumerable<string> Remarks(string text) => text.Split('\n').Where(line => line.Contains("# remark ", StringComparison.Ordinal)).Select(line => line[line.IndexOf("# remark ", StringComparison.Ordinal)..]);

    // Between tokens of the printed text, never inside quotes: more blanks, line ends, remarks.
    private static string Scattered(string printed, Choices choose)
    {
        var text = new StringBuilder();
        foreach (var line in printed.Split('\n').Index())
        {
            var isPlain = line.Index > 0 && !line.Item.StartsWith('"');
            foreach (var word in isPlain ? line.Item.Split(' ') : [line.Item])
                text.Append(word).Append(!isPlain ? "" : choose.Below(9) switch { 1 => "\n", 2 => "   ", 3 => $" # remark {text.Length}\n", 4 => $"\n\n# remark {text.Length}\n", _ => " " });
            text.Append('\n', 1 + choose.Below(3));
        }

        return text.ToString();
    }
}
