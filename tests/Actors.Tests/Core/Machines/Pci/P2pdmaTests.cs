using Actors.Core.Machines.Pci;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core.Machines.Pci;

/// <summary>The decision table of kernel/dma-mapping.md a.5, row by row; the importer is always called nic.</summary>
public sealed class P2pdmaTests
{
    private const string Zen = "cpu amd 0x17;";
    private const string Unlisted = "cpu intel; h: host_bridge id 0x8086:0x1234;";
    private const string Listed = "cpu intel; h: host_bridge id 0x8086:0x2020;";
    private const string ListedForOne = "cpu intel; h: host_bridge id 0x8086:0x3c00;";
    private const string Arm = "cpu arm64; h: host_bridge;";
    private const string Switch = "rp: root_port below h; up: upstream_port below rp;";

    public static TheoryData<int, string, MapType, int> Rows => new()
    {
        { 1, Arm + "rp: root_port below h; v0: device below rp; on v0", MapType.BusAddr, 0 },
        { 2, Unlisted + "rp: root_port below h; v0: device below rp acs rr; on v0", MapType.NotSupported, 0 },
        { 2, Unlisted + "rp: root_port below h; v0: device below rp acs sv tb uf dt; on v0", MapType.BusAddr, 0 },
        { 3, Arm + "rp: root_port below h; v0: device below rp; nic: function below rp;", MapType.BusAddr, 2 },
        { 3, Arm + "rp: root_port below h acs none; v0: device below rp fn 3; nic: function below rp fn 1;", MapType.BusAddr, 2 },
        { 4, Zen + "h: host_bridge; rp: root_port below h acs rr cr; v0: device below rp; nic: function below rp;", MapType.ThruHostBridge, 2 },
        { 5, Unlisted + "rp: root_port below h acs rr cr; v0: device below rp; nic: function below rp;", MapType.NotSupported, 2 },
        { 6, Arm + Switch + "p0: downstream_port below up; p1: downstream_port below up; v0: device below p0; nic: function below p1;", MapType.BusAddr, 4 },
        { 6, Arm + Switch + "p0: downstream_port below up acs sv uf dt; p1: downstream_port below up acs tb; v0: device below p0; nic: function below p1;", MapType.BusAddr, 4 },
        { 7, Listed + Switch + "p0: downstream_port below up acs rr; p1: downstream_port below up; v0: device below p0; nic: function below p1;", MapType.ThruHostBridge, 4 },
        { 8, Arm + Switch + "p0: downstream_port below up; p1: downstream_port below up acs cr; v0: device below p0; nic: function below p1;", MapType.NotSupported, 4 },
        { 9, Zen + "h: host_bridge;" + Switch + "p0: downstream_port below up acs ec; p1: downstream_port below up; v0: device below p0; nic: function below p1;", MapType.ThruHostBridge, 4 },
        { 10, Arm + Switch + Leaves + "v0: device below e0; nic: function below e1;", MapType.BusAddr, 8 },
        { 10, Arm + Switch + Leaves + "v0: device below e0; nic: function below p1;", MapType.BusAddr, 6 },
        { 11, Zen + "h: host_bridge;" + Switch + Leaves.Replace("p0: downstream_port below up;", "p0: downstream_port below up acs rr cr;", StringComparison.Ordinal) + "v0: device below e0; nic: function below e1;", MapType.ThruHostBridge, 8 },
        { 12, Zen + "h: host_bridge; r0: root_port below h acs rr; r1: root_port below h; v0: device below r0; nic: function below r1;", MapType.ThruHostBridge, 4 },
        { 13, Listed + "r0: root_port below h; r1: root_port below h; v0: device below r0; nic: function below r1;", MapType.ThruHostBridge, 4 },
        { 13, ListedForOne + "r0: root_port below h; r1: root_port below h; v0: device below r0; nic: function below r1;", MapType.ThruHostBridge, 4 },
        { 13, "cpu intel; h: host_bridge; r0: root_port below h slot 2 id 0x8086:0x2030; r1: root_port below h; v0: device below r0; nic: function below r0;", MapType.BusAddr, 2 },
        { 14, "h: host_bridge id 0x8086:0x2020; g: host_bridge id 0x8086:0x09a2; r0: root_port below h; r1: root_port below g; v0: device below r0; nic: function below r1;", MapType.ThruHostBridge, 4 },
        { 15, "h: host_bridge id 0x8086:0x2020; g: host_bridge id 0x8086:0x2f00; r0: root_port below h; r1: root_port below g; v0: device below r0; nic: function below r1;", MapType.NotSupported, 4 },
        { 15, "h: host_bridge id 0x8086:0x2f01; g: host_bridge id 0x8086:0x2020; r0: root_port below h; r1: root_port below g; v0: device below r0; nic: function below r1;", MapType.NotSupported, 4 },
        { 16, "cpu arm64; h: host_bridge; g: host_bridge domain 1; r0: root_port below h; r1: root_port below g; v0: device below r0; nic: function below r1;", MapType.NotSupported, 4 },
        { 22, Listed + Switch + "p0: downstream_port below up acs rr cr; p1: downstream_port below up acs rr cr dt; v0: device below p0; nic: function below p1 ats;", MapType.ThruHostBridge, 4 },
    };

    private static string Leaves =>
        "p0: downstream_port below up; p1: downstream_port below up; u0: upstream_port below p0; u1: upstream_port below p1; e0: downstream_port below u0; e1: downstream_port below u1;";

    [Theory]
    [MemberData(nameof(Rows))]
    public void CalcMapTypeAndDist_InARowOfTheDecisionTable_IsAsTheTableSays(int row, string objects, MapType type, int distance)
    {
        var (pci, provider, client) = Read(objects);

        var answer = P2pdma.CalcMapTypeAndDist(pci, provider, client);

        Assert.True(row > 0);
        Assert.Equal((type, distance), (answer.MapType, answer.Walk!.Distance));
    }

    [Theory]
    [InlineData("gpu: platform_device;")]
    [InlineData("gpu: platform_device below nic;")]
    public void MapTypeOf_WhenTheDeviceIsNotPci_IsNotSupported(string device)
    {
        var (pci, provider, _) = Read(Zen + "h: host_bridge; rp: root_port below h; v0: device below rp; nic: function below rp; " + device);
        var gpu = new PciDevId(pci.Devices.Count - 1);

        Assert.Equal(MapType.NotSupported, P2pdma.MapTypeOf(pci, provider, gpu).MapType);
        Assert.Equal(device.Contains("below", StringComparison.Ordinal) ? 2 : null, P2pdma.DistanceMany(pci, provider, gpu));
    }

    [Theory]
    [InlineData("dma identity", ImporterMode.Phys)]
    [InlineData("dma translated", ImporterMode.Iova)]
    [InlineData("", ImporterMode.Phys)]
    public void ModeOf_BehindAHostBridge_FollowsTheImportersDomain(string domain, ImporterMode mode)
    {
        var (pci, provider, client) = Read(Zen + $"h: host_bridge; r0: root_port below h; r1: root_port below h; v0: device below r0; nic: function below r1 {domain};");

        Assert.Equal(mode, P2pdma.ModeOf(P2pdma.MapTypeOf(pci, provider, client).MapType, pci[client]));
    }

    // What stands first on the root bus counts, but only at 00.0 or when it is a root port.
    [Theory]
    [InlineData("h: host_bridge; x: function below h slot 1 id 0x8086:0x2020; r0: root_port below h slot 2; r1: root_port below h slot 3;", HostBridgeRule.NoRootDevice)]
    [InlineData("h: host_bridge; x: function below h slot 0 id 0x8086:0x2020; r0: root_port below h slot 2; r1: root_port below h slot 3;", HostBridgeRule.Whitelisted)]
    [InlineData("h: host_bridge; r0: root_port below h slot 2 id 0x8086:0x2030; r1: root_port below h slot 3;", HostBridgeRule.Whitelisted)]
    [InlineData("h: host_bridge; r0: root_port below h slot 2 id 0x8086:0x2030; r1: root_port below h slot 1;", HostBridgeRule.NotListed)]
    public void HostBridgeWhitelist_LooksAtTheFirstDeviceOfTheRootBus(string ports, HostBridgeRule rule)
    {
        var (pci, provider, client) = Read(ports + "v0: device below r0; nic: function below r1;");

        Assert.Equal(rule, P2pdma.HostBridgeWhitelist(pci, provider, client).Rule);
    }

    [Theory]
    [InlineData("intel", false)]
    [InlineData("arm64", false)]
    [InlineData("amd 0x16", false)]
    [InlineData("amd 0x17", true)]
    [InlineData("amd 0x1a", true)]
    public void CpuSupportsP2pdma_FromZenOn_IsTrue(string cpu, bool supports) =>
        Assert.Equal(supports, P2pdma.CpuSupportsP2pdma(Read($"cpu {cpu}; h: host_bridge; rp: root_port below h; v0: device below rp; on v0").Pci.Cpu));

    // Ports that redirect are told in the order in which pci=disable_acs_redir= would be proposed.
    [Fact]
    public void UpstreamBridgeDistance_WhenPortsRedirect_NamesThemAndTheCommonPort()
    {
        var (pci, provider, client) = Read(Zen + "h: host_bridge; rp: root_port below h acs rr; up: upstream_port below rp acs rr; p0: downstream_port below up acs cr;"
            + "p1: downstream_port below up acs ec; v0: device below p0; nic: function below p1 acs rr;");

        var walk = P2pdma.UpstreamBridgeDistance(pci, provider, client);

        Assert.Equal("up", pci[walk.Common!.Value].Name);
        Assert.Equal(["p0", "up", "nic", "p1"], walk.Redirects.Select(id => pci[id].Name));
    }

    [Fact]
    public void MapTypesIdx_IsDomainBusAndFunction()
    {
        var (pci, _, client) = Read("h: host_bridge domain 2; rp: root_port below h; up: upstream_port below rp; p0: downstream_port below up; p1: downstream_port below up slot 5; v0: device below p0; nic: function below p1 fn 3;");

        Assert.Equal("0002:04:00.3", pci.NameOf(client));
        Assert.Equal(0x2_04_03UL, P2pdma.MapTypesIdx(pci, client));
    }

    [Fact]
    public void NameOf_WhenTwoHostBridgesShareADomain_NumbersTheirBusesOneAfterTheOther()
    {
        var (pci, provider, client) = Read("h: host_bridge; g: host_bridge; r1: root_port below g; r0: root_port below h; nic: function below r1; v0: device below r0;");

        Assert.Equal(["0000:01:00.0", "0000:03:00.0"], [pci.NameOf(provider), pci.NameOf(client)]);
    }

    private static (PciTopology Pci, PciDevId Provider, PciDevId Client) Read(string objects)
    {
        var same = objects.EndsWith("on v0", StringComparison.Ordinal);
        var topology = TopologyParser.Parse($"{{ {(same ? objects[..^"on v0".Length] : objects)} }}", "t.topo");
        var provider = topology.Devices[0].PciDev!.Value;
        var nic = topology.Pci!.Devices.ToList().FindIndex(device => device.Name == "nic");
        return (topology.Pci, provider, same ? provider : new PciDevId(nic));
    }
}
