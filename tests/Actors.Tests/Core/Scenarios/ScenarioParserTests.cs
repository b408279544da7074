using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core.Scenarios;

public sealed class ScenarioParserTests
{
    private const string Everything = """
        vfio everything  # a comment
        "Two lines,"
        "one with \"quotes\" and a \\."
        {
            v0: device vf no_pm bars 0:16M io 4:32 dev_set 1;
            v1: device closed;
            v2: device unbound no_flr no_af no_reset base 0x1000;
            f3: file of v0;
            b0: dma_buf of v0;
            b1: dma_buf of v0 free;
            a0: importer unmaps of b0 mapped;
            a1: importer no_callback of b1 free no_peer2peer;
        }
        bounds states=1000;
        properties off: P4, Locks;
        revisions S0, M73-nodmabuf;
        // another comment
        P0(v0, f3, b1) {
            r0 = export(v0, b1, region=0, ranges=[0:4K, 8K:4K], nr_ranges=3, flags=get|dma_buf) (fail: fd);
            repeat 2 { command(f3, mem=0); }
            if (r0 == 0) { r1 = reset(v0); } else if (r0 == -EMFILE) { power(v0, D3hot); }
        }
        P1 {
            r0 = map(a0) (may_fail: alloc);
            fstat(b0);
            close(b0);
            close(v0);
        }
        locations [0:r1; b1:kref;]
        ~exists (0:r0=0 /\ (1:r0=-ENODEV \/ ~1:r0=0 \/ v0:power>=D3hot))
        """;

    private static readonly Scenario Parsed = ScenarioParser.Parse(Everything, "scenarios/everything.litmus");

    [Fact]
    public void Parse_WhenObjectsAreDeclared_BuildsTheTopology()
    {
        var topology = Parsed.Topology;

        Assert.Equal("no_pm vf bars 0:16M io 4:32", topology.Devices[0].Traits.Name);
        Assert.True(topology.Devices[0].Traits.IsVirtualFunction);
        Assert.Equal(new Bar(4, 32, false), topology.Devices[0].Traits.Bars[1]);
        Assert.Equal(1, topology.Devices[0].DevSet);
        Assert.Equal(0x1000UL, topology.Devices[2].Traits.BaseAddress);
        Assert.Equal([0, 1, 2, 0], topology.Files.Select(device => device.Index));
        Assert.Equal([new DeviceStart(), new DeviceStart(Open: false), new DeviceStart(Open: false, Bound: false)], Parsed.Devices);
        Assert.Equal([new BufferStart(), new BufferStart(Exported: false)], Parsed.Buffers);
        Assert.Equal([new AttachmentStart(Mapped: true), new AttachmentStart(Attached: false)], Parsed.Attachments);
        Assert.Equal(new AttachmentPlace(new DmaBufId(1), ImporterKind.NoCallback, Peer2Peer: false), topology.Attachments[1]);
        Assert.Equal(2, topology.UserTasks);
    }

    [Fact]
    public void Parse_WhenProcessesAreWritten_ListsTheirRequests()
    {
        var failed = new Clause.And(new Clause.Not(new Clause.Compare(new Location.Register(0, 0), Comparison.Equal, 0)), new Clause.Compare(new Location.Register(0, 0), Comparison.Equal, -(int)Errno.EMFILE));
        var first = Parsed.Tasks[0];

        Assert.Equal(5, first.Count);
        Assert.Equal(3u, ((Request.ExportDmaBuf)first[0].Request).Arguments.NrRanges);
        Assert.Equal(new FaultPlan(1, 0, Sequence<FaultPoint>.Of(FaultPoint.FdTable)), first[0].Faults);
        Assert.Equal(first[1], first[2]);
        Assert.Equal(new Request.WriteCommand(new DeviceFileId(3), false), first[1].Request);
        Assert.Equal(new Call(new Request.Reset(new DeviceFileId(0)), FaultPlan.None, 1, new Clause.Compare(new Location.Register(0, 0), Comparison.Equal, 0)), first[3]);
        Assert.Equal(failed, first[4].When);
        Assert.Equal(
            [typeof(Request.Map), typeof(Request.OperateFile), typeof(Request.CloseDmaBuf), typeof(Request.CloseDevice)],
            Parsed.Tasks[1].Select(call => call.Request.GetType()));
    }

    [Fact]
    public void Parse_WhenOtherPartsAreWritten_ReadsThem()
    {
        Assert.Equal("Two lines,\none with \"quotes\" and a \\.", Parsed.Comment);
        Assert.Equal(1000, Parsed.Bounds.StatesMax);
        Assert.Equal([Property.P4, Property.Locks], Parsed.PropertiesOff);
        Assert.Equal(["S0", "M73-nodmabuf"], Parsed.Revisions);
        Assert.Equal([new Location.Register(0, 1), new Location.Field(new MachineRef(MachineKind.DmaBuf, 1), "kref")], Parsed.Locations);
        Assert.Equal(Quantifier.NotExists, Parsed.Condition!.Quantifier);
        Assert.Equal(@"0:r0=0 /\ (1:r0=-ENODEV \/ ~1:r0=0 \/ v0:power>=D3hot)", ScenarioPrinter.Print(Parsed.Condition.Clause));
    }

    [Fact]
    public void Print_WhenParsedAgain_GivesTheSameScenario() =>
        Assert.Equal(Parsed, ScenarioParser.Parse(ScenarioPrinter.Print(Parsed), "everything.litmus"));

    [Fact]
    public void Parse_WhenTheTextComesFromNoFile_AcceptsAnyName() =>
        Assert.Equal(Parsed, ScenarioParser.Parse(Everything, "-"));
}
