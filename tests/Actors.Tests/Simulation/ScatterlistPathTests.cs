using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Simulation;

/// <summary>The map op call by call leaves what the map op as one function says: two writings of one source.</summary>
public sealed class ScatterlistPathTests
{
    private static readonly string[] Domains = ["", "translated", "translated refuses", "translated overwrites", "translated mask 0x7fff", "swiotlb_force", "ops no_map_phys", "mask 0xe0000fff"];
    private static readonly string[] Slices = ["0:4K", "0:8K, 1M:64K", "0:4K, 4K:4K, 64K:8K", "1M:4K, 0:4K"];

    [Theory]
    [InlineData("S1")]
    [InlineData("S2")]
    [InlineData("S5")]
    [InlineData("S6")]
    [InlineData("M619")]
    [InlineData("M71b")]
    [InlineData("M73")]
    [InlineData("M73-fixes")]
    [InlineData("M73-32bit")]
    public void Map_TakenCallByCall_LeavesWhatTheFunctionSays(string name)
    {
        var revision = KernelRevisions.Find(name)!;
        foreach (var domain in Domains)
        {
            foreach (var slices in Slices)
            {
                foreach (var mode in new[] { "", "bus " })
                    AssertSame(revision, domain, slices, mode);
            }
        }
    }

    private static void AssertSame(KernelRevision revision, string domain, string slices, string mode)
    {
        var scenario = ScenarioParser.Parse(Text(domain, slices, mode), "t.litmus");
        var world = new World(new Model(revision, scenario, GrantPolicy.Ordered));
        while (world.Successors(new TaskId(0)).Count > 0)
            world.Take(new TaskId(0));
        var device = (DmaDevice)world[new MachineRef(MachineKind.DmaDevice, 0)];
        var exported = ((DmaBuf)world[new MachineRef(MachineKind.DmaBuf, 0)]).Exported;
        var ranges = MappingLayout.Ranges(revision, exported, DeviceTraits.Plain);
        SgRoute route = mode.Length > 0 ? new SgRoute.Bus() : new SgRoute.HostBridge(scenario.Topology.DmaDevices[0].Dma);

        var expected = PhysVecToSgt.Map(revision, ranges, route);

        if (expected.FailedStep == SgStep.FillEntry)
        {
            Assert.True(world[new TaskId(0)].IsIdle && world[new TaskId(0)].Results.IsEmpty, "the kernel has stopped");
            return;
        }

        var mapping = device.MappingOf(new AttachmentId(0));
        var what = $"{revision.Name} {mode}{domain} [{slices}]";
        Assert.True(expected.Entries.SequenceEqual(mapping.Filled), $"{what}: {string.Join(" ", mapping.Filled)}, not {string.Join(" ", expected.Entries)}");
        Assert.True(expected.FailedStep != SgStep.None || expected.Window == mapping.Window, what);
        Assert.True(expected.FailedStep != SgStep.None || expected.Links.Count + expected.Mapped.Count == mapping.Linked.Count, what);
        Assert.Equal(-(int)expected.Errno, world[new TaskId(0)].Results[0]);
    }

    private static string Text(string domain, string slices, string mode) => $$"""
        vfio t
        {
            v0: device;
            b0: dma_buf of v0 free;
            d0: dma_device {{domain}};
            a0: importer unmaps {{mode}}of b0 free dev d0;
        }
        P0 {
            export(v0, b0, argsz=72, ranges=[{{slices}}]);
            attach(a0);
            r0 = map(a0);
        }
        exists (0:r0=-EBADF)
        """;
}
