using System.Globalization;
using Actors.Core.Machines;
using Actors.Core.Machines.Pci;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using Actors.Tests.Core.Machines.Pci;
using Actors.Tests.Core.Scenarios;

namespace Actors.Tests.Core.Revisions;

/// <summary>
/// 100,000 mappings of any ranges over any topology, by four revisions from v6.19 on, against an oracle that walks byte positions.
/// MAPPING_SEED=N takes other cases, MAPPING_CASE=N only one of them.
/// </summary>
public sealed class MappingCasesTests
{
    private const int Topologies = 5_000;
    private const int MappingsOfEach = 20;
    private const ulong Page = 4096;
    private const ulong Interrupts = 0xfee0_0000;

    private static readonly KernelRevision[] Revisions = [.. new[] { "M619p", "M70", "M73", "M73-fixes" }.Select(name => KernelRevisions.Find(name)!)];

    private static readonly ulong[] Sizes = [Page, 2 * Page, 3 * Page, 64 << 10, 1 << 20, (1UL << 32) - Page, 1UL << 32, (5UL << 30) + Page, 8UL << 30, 12UL << 30];

    [Fact]
    public void Map_OfAnyRangesOverAnyTopology_GivesWhatTheOracleExpects()
    {
        var seed = Number("MAPPING_SEED") ?? 1;
        var only = Number("MAPPING_CASE");
        var kinds = new Dictionary<string, int>();
        for (var index = only ?? 0; index <= (only ?? (Topologies - 1)); index++)
        {
            try
            {
                Check(new Random(unchecked((seed * 1_000_003) + index)), kinds);
            }
            catch (Exception failure) when (failure is Xunit.Sdk.XunitException)
            {
                throw new Xunit.Sdk.XunitException($"case {index}: {failure.Message}\nReplay: MAPPING_SEED={seed} MAPPING_CASE={index} dotnet test tests/Actors.Tests --filter MappingCasesTests", failure);
            }
        }

        if (only is null)
            Assert.All(new[] { "refused", "bus", "phys", "iova", "iova of several", "second range refused", "length of 32 bits" }, kind => Assert.True(kinds.GetValueOrDefault(kind) > 500, $"{kind}: {kinds.GetValueOrDefault(kind)} cases"));
    }

    private static void Check(Random random, Dictionary<string, int> kinds)
    {
        var topology = new RandomTopology(new Choices([.. Enumerable.Range(0, 90).Select(_ => random.Next())])).Grow(10);
        var provider = topology.Add("v0", PciDevType.Endpoint);
        topology.Add("nic", PciDevType.Endpoint);
        var pci = topology.Topology;
        PciDevId[] clients = [.. topology.Clients];
        for (var count = 0; count < MappingsOfEach; count++)
        {
            var client = clients[random.Next(clients.Length)];
            var revision = Revisions[random.Next(Revisions.Length)];
            var traits = DeviceTraits.Plain with { BusOffset = pci.HostBridges[pci[provider].HostBridge].BusOffset };
            PhysVec[] ranges = [.. Enumerable.Range(0, 1 + random.Next(1 + random.Next(6))).Select(_ => new PhysVec((ulong)random.Next(1 << 20) * Page * 1024, Sizes[random.Next(Sizes.Length)]))];
            var type = P2pdma.MapTypeOf(pci, provider, client).MapType;
            var mapping = PhysVecToSgt.Map(revision, ranges, MappingLayout.RouteOf(revision, traits, type, pci[client].Dma));
            var kind = Judge(revision, ranges, NaiveP2pdma.Answer(pci, provider, client).Type, traits.BusOffset, pci[client].Dma.Domain == DmaDomain.Translated, mapping);
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
        }
    }

    private static string Judge(KernelRevision revision, PhysVec[] ranges, MapType type, ulong busOffset, bool isTranslated, SgMapping mapping)
    {
        if (type == MapType.NotSupported)
        {
            Assert.Equal((Errno.EINVAL, 0), (mapping.Errno, mapping.Entries.Count));
            return "refused";
        }

        if (type == MapType.BusAddr || !isTranslated)
        {
            var offset = type == MapType.BusAddr ? busOffset : 0;
            Assert.Null(mapping.Window);
            AssertTiles(revision, ranges.Select(range => (unchecked(range.Paddr + offset), range.LenBytes)), mapping);
            return type == MapType.BusAddr ? "bus" : "phys";
        }

        if (ranges.Length > 1 && revision.Name != "M73-fixes")
        {
            Assert.Equal((Errno.EADDRINUSE, SgStep.Link, 1), (mapping.Errno, mapping.FailedStep, mapping.FailedRange));
            return "second range refused";
        }

        if (revision.Name is "M619p" or "M70" && Total(ranges) > uint.MaxValue)
        {
            Assert.Equal((Errno.None, Total(ranges) % (1UL << 32)), (mapping.Errno, mapping.SyncedBytes));
            Assert.Contains("WARN_ON_ONCE(mapped_len != size)", mapping.Warnings);
            return "length of 32 bits";
        }

        AssertWindow(ranges, mapping);
        AssertTiles(revision, [(mapping.Window!.Value.Start, Total(ranges))], mapping);
        return ranges.Length > 1 ? "iova of several" : "iova";
    }

    // Byte for byte: each run is covered from its first byte to its last, by entries that neither leave it nor are longer than an entry may be.
    private static void AssertTiles(KernelRevision revision, IEnumerable<(ulong Address, ulong Bytes)> runs, SgMapping mapping)
    {
        var longest = revision.Name is "M619p" or "M70" ? 0xffff_ffffUL : 0xffff_f000UL;
        var next = 0;
        foreach (var (address, bytes) in runs)
        {
            for (var position = 0UL; position < bytes; next++)
            {
                var entry = mapping.Entries[next];
                Assert.Equal(unchecked(address + position), entry.DmaAddress);
                Assert.Equal(bytes - position > longest ? longest : bytes - position, entry.LenBytes);
                if (longest % Page == 0)
                    Assert.Equal((0UL, 0UL), (entry.DmaAddress % Page, entry.LenBytes % Page));
                position += entry.LenBytes;
            }
        }

        Assert.Equal((Errno.None, next, 0), (mapping.Errno, mapping.Entries.Count, mapping.OrigNents));
    }

    // Below 2^48, page-aligned, not over the interrupts' window, and each range where the sum of those before says.
    private static void AssertWindow(PhysVec[] ranges, SgMapping mapping)
    {
        var (start, end) = (mapping.Window!.Value.Start, mapping.Window.Value.Start + Total(ranges));
        Assert.True(start >= Page && start % Page == 0 && end <= 1UL << 48 && (end <= Interrupts || start >= Interrupts + (1 << 20)), $"window {start:x} to {end:x}");
        Assert.Equal(ranges.Select((range, index) => (Total(ranges[..index]), range)), mapping.Links.Select(link => (link.Offset, link.Range)));
        Assert.Equal((Total(ranges), IommuProtection.Mmio), (mapping.SyncedBytes, mapping.Protection));
    }

    private static ulong Total(PhysVec[] ranges) => ranges.Aggregate(0UL, (sum, range) => sum + range.LenBytes);

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
