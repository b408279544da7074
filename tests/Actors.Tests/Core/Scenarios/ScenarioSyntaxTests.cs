using Actors.Core.Scenarios.Language;

namespace Actors.Tests.Core.Scenarios;

/// <summary>Mistakes in scenario files: where the error points, and what it says.</summary>
public sealed class ScenarioSyntaxTests
{
    private const string Begin = "vfio t\n{\n    v0: device;\n    b0: dma_buf of v0;\n    a0: importer unmaps of b0;\n    b1: dma_buf of v0 free;\n}\n";

    private const string Placed = "h: host_bridge; r: root_port below h acs rr; v0: device below r; nic: function below r; b0: dma_buf of v0; ";

    // The header and the parts of the file.
    [Theory]
    [InlineData("", 1, 1, "found the end of the file, expected 'vfio' and the name of the test in the first line")]
    [InlineData("xen t\n{", 1, 1, "found 'xen', expected 'vfio' and the name of the test in the first line")]
    [InlineData("vfio", 1, 5, "found the end of the file, expected the name of the test")]
    [InlineData("vfio a/b\n{", 1, 6, "found the name 'a/b', expected letters, digits, '_', '-', '+' and '.'")]
    [InlineData("vfio t\n\"half a comment\n{", 2, 1, "found a quoted comment without end, expected '\"' before the end of the line; a longer comment is several quoted lines")]
    [InlineData("vfio t\nP0 {", 2, 1, "found 'P0', expected '{' with the initial objects")]
    [InlineData("vfio t\n{ }\nP0 { }", 2, 1, "found no device among the initial objects, expected at least 'v0: device;'")]
    [InlineData("vfio t\n{ v0: device; }\n", 3, 1, "found the end of the file, expected a process 'P0 { ... }'")]
    [InlineData("vfio t\n{ v0: device; }\nP1 { }", 3, 1, "found 'P1', expected 'P0 {', 'bounds', 'revisions', 'properties', 'locations', 'exists', '~exists' or 'forall'")]
    [InlineData("vfio t\n{ v0: device; }\nP0 { }\nP0 { }", 4, 1, "found 'P0', expected 'P1 {', 'bounds', 'revisions', 'properties', 'locations', 'exists', '~exists' or 'forall'")]
    [InlineData("vfio t\n{ v0: device; }\nbounds states=0;\nP0 { }", 3, 15, "found '0', expected the most distinct states, from 1 on")]
    [InlineData("vfio t\n{ v0: device; }\nproperties off: P13;\nP0 { }", 3, 17, "found 'P13', expected a property: P1, P2, P3, P4, P5, P6, P7, P8, P9, P10, P11, P12, Locks, Answers, Quiescence")]
    [InlineData("vfio t\n{ v0: device; }\nbounds states=1;\nbounds states=2;\nP0 { }", 4, 1, "found 'bounds' for the second time, expected it once")]
    [InlineData("vfio t\n{ v0: device; }\nP0 { } $", 3, 8, "found the character '$', expected a word, a number or a mark of the language")]
    [InlineData("vfio t\n{ v0: device; }\nP0 { }\n)", 4, 1, "found ')', expected 'exists' or '~exists' or 'forall' with the condition, or another process")]
    public void Parse_WhenAPartIsWrong_PointsAtIt(string text, int line, int column, string message) => AssertRefused(text, line, column, message);

    // The initial objects.
    [Theory]
    [InlineData("v1: device;", "1:3", "found 'v1', expected 'v0': objects of a kind are numbered from 0 in order, and 'f' numbers go on after the devices' own files")]
    [InlineData("v0: device; v0: device;", "1:15", "found 'v0' for the second time, expected 'v1'")]
    [InlineData("v0: device; f0: file of v0;", "1:15", "found 'f0', which is the first file of v0, expected 'f1'")]
    [InlineData("v0: device; f1: file of v0; v1: device;", "1:35", "found a device behind a second file, expected all devices first, because their own files have the first numbers")]
    [InlineData("v0: disk;", "1:7", "found 'disk', expected a kind of object: device, dma_buf, dma_device, downstream_port, file, function, host_bridge, importer, pci_bridge, platform_device, root_port, upstream_port")]
    [InlineData("v0: device", "1:14", "found '}', expected ';' after the object")]
    [InlineData("v0: device fast;", "1:14", "found 'fast', expected ';' or a property of a device: bars, base, below, bus_offset, bus_reset_times_out, closed, dev_set, hisi_acc, memory, no_af, no_bus_reset, no_flr, no_p2p, no_pci_ops, no_pm, no_reset, nvgrace, nvgrace_cxl, open, private_mmio, unbound, vf")]
    [InlineData("v0: device open closed;", "1:19", "found 'closed' although that is settled already, expected each property once")]
    [InlineData("v0: device closed memory off;", "1:21", "found the memory bit of a device that is not open, expected 'open', because COMMAND.mem begins with the first open")]
    [InlineData("v0: device vf memory off;", "1:17", "found memory off of a virtual function, expected no memory bit: a virtual function has none in COMMAND")]
    [InlineData("v0: device bars 6:4K;", "1:19", "found '6', expected a BAR such as '0:16M', 'io 4:32' or 'none', numbered from 0 to 5")]
    [InlineData("v0: device bars 0:4K 0:8K;", "1:24", "found BAR 0 for the second time, expected each BAR once")]
    [InlineData("v0: device bars 0:5K;", "1:21", "found '5K', expected a size that is a power of two, as BARs are")]
    [InlineData("v0: device bars 0:16X;", "1:21", "found '16X', expected a number of at most 64 bits: decimal or 0x..., with K, M or G for powers of 1024")]
    [InlineData("v0: device; f1: file of v1;", "1:27", "unknown object 'v1', expected a device declared above: v0")]
    [InlineData("v0: device; b0: dma_buf of f0;", "1:30", "found 'f0', a file, expected a device declared above: v0")]
    [InlineData("v0: device closed; b0: dma_buf of v0;", "1:39", "found an exported dma_buf of v0, which is not open, expected 'free': only an open device can have exported one")]
    [InlineData("v0: device; a0: importer unmaps of b0;", "1:38", "unknown object 'b0', expected a dma_buf declared above: none is declared")]
    [InlineData("v0: device; b0: dma_buf of v0; a0: importer naps of b0;", "1:47", "found 'naps', expected what the importer does when the exporter invalidates its mapping: amdgpu, closes_fd, copies_pfns, ignores, iommufd, irdma, mlx5, needs_memory_lock, never_signals, never_unmaps, no_callback, pinned_umem, remaps, remaps_in_callback, static, unmaps, unmaps_later, xe, xe_fault_mode")]
    [InlineData("v0: device; b0: dma_buf of v0; a0: importer unmaps far of b0;", "1:54", "found 'far', expected how the importer's accesses are routed, or 'of': bus, iova, phys")]
    [InlineData("v0: device; b0: dma_buf of v0; a0: importer unmaps of b0 max_segment 0;", "1:72", "found '0', expected the longest segment of the importer's device in bytes from 1 on")]
    [InlineData("v0: device; b0: dma_buf of v0 free; a0: importer unmaps of b0;", "1:52", "found an importer attached to b0, which is free, expected 'free': it can attach in a process, after the export")]
    [InlineData("v0: device; b0: dma_buf of v0 free; a0: importer unmaps of b0 mapped;", "1:65", "found a mapping of b0, which is free, expected a dma_buf that is exported")]
    [InlineData("v0: device memory off; b0: dma_buf of v0; a0: importer unmaps of b0 mapped;", "1:71", "found a mapping of b0 while memory of v0 is off, expected 'memory on', or no mapping: the buffer begins revoked")]
    [InlineData("v0: device; b0: dma_buf of v0; a0: importer unmaps of b0 free mapped;", "1:60", "found 'free' together with 'mapped', expected one of the two")]
    [InlineData("v0: device; b0: dma_buf of v0; a0: importer unmaps of b0 no_peer2peer;", "1:60", "found an attached importer without peer2peer, expected 'free': every revision refuses the attach, so it can only be tried in a process")]
    [InlineData("v0: device; b0: dma_buf of v0; a0: importer static of b0;", "1:47", "found an attached importer of kind 'static', expected 'free': not every revision lets it attach, so it can only be tried in a process")]
    public void Parse_WhenAnObjectIsWrong_PointsAtIt(string objects, string place, string message)
    {
        var column = int.Parse(place.Split(':')[1]);

        AssertRefused($"vfio t\n{{ {objects} }}\nP0 {{ }}", 2, column, message);
    }

    // The PCI topology, in line 2 too.
    [Theory]
    [InlineData("cpu via;", 7, "found 'via', expected who made the processor: amd, arm64, intel")]
    [InlineData("cpu amd;", 10, "found ';', expected its family, such as 0x19, from 0 to 4095")]
    [InlineData("cpu intel; cpu intel;", 14, "found 'cpu' for the second time, expected it once")]
    [InlineData("h: host_bridge far;", 18, "found 'far', expected ';' or, each once, 'domain', 'bus_offset', 'id'")]
    [InlineData("h: host_bridge domain 65536;", 25, "found '65536', expected a PCI domain from 0 to 65535")]
    [InlineData("h: host_bridge id 0x8086;", 27, "found ';', expected ':' and the device")]
    [InlineData("h: host_bridge; h: root_port below h;", 19, "found 'h' for the second time, expected another name")]
    [InlineData("v1: host_bridge;", 3, "found 'v1' for an object of the topology, expected a name that is not one of v0, f0, b0, a0, d0 and so on")]
    [InlineData("rp: root_port;", 16, "found ';', expected 'below' and a port or host bridge")]
    [InlineData("h: host_bridge; rp: root_port below g;", 39, "unknown object 'g', expected a port or host bridge declared above that it can be below: h")]
    [InlineData("h: host_bridge; d: downstream_port below h;", 44, "found 'h', a host_bridge, expected a port or host bridge declared above that it can be below: none is declared")]
    [InlineData("h: host_bridge; r: root_port below h; u: upstream_port below r; n: function below u;", 85, "found 'u', of kind upstream_port, expected a port or host bridge declared above that it can be below: h, r")]
    [InlineData("h: host_bridge; r: root_port below h slot 32;", 45, "found '32', expected a device number from 0 to 31")]
    [InlineData("h: host_bridge; r: root_port below h acs xx;", 44, "found 'xx', expected bits of the ACS control register that are set: cr, dt, ec, none, rr, sv, tb, uf")]
    [InlineData("h: host_bridge; r: root_port below h acs none rr;", 49, "found 'rr', expected ';' or a property: acs, ats, below, dma, fn, id, slot")]
    [InlineData("h: host_bridge; r: root_port below h acs rr acs cr;", 47, "found 'acs' although that is settled already, expected each property once")]
    [InlineData("h: host_bridge; r: root_port below h; n: function below r fn 1; m: function below r fn 1;", 87, "found a second device at 00.1 of that bus, expected a free slot and function, or neither: the next free one is taken")]
    [InlineData("h: host_bridge id 1:2; r: root_port below h slot 0;", 47, "found a second device at 00.0 of that bus, expected a free slot and function, or neither: the next free one is taken")]
    [InlineData("p: platform_device acs rr;", 22, "found 'acs', expected ';' or a property: below, dma")]
    [InlineData("h: host_bridge; v0: device;", 29, "found ';', expected 'below' and a port or host bridge, because the scenario has a PCI topology")]
    [InlineData("v0: device; h: host_bridge;", 15, "found a PCI topology behind a device, expected the topology first, because devices say where in it they are")]
    [InlineData("v0: device below h;", 20, "unknown object 'h', expected a port or host bridge declared above that it can be below: none is declared")]
    [InlineData("d0: dma_device; h: host_bridge; r: root_port below h; n: function below r dma d1;", 81, "found 'd1', expected a dma_device declared above, or how the device's own DMA is mapped: identity, translated")]
    [InlineData("d0: dma_device; h: host_bridge; r: root_port below h; n: function below r dma d0; m: function below r dma d0;", 109, "found 'd0' for a second device, expected a dma_device of its own for each")]
    [InlineData("d0: dma_device; " + Placed + "a0: importer unmaps on nic of b0 free dev d0;", 164, "found 'dev' of an importer on a device of the topology, expected 'dma' with the dma_device where that device is declared")]
    [InlineData(Placed + "a0: importer unmaps bus of b0;", 130, "found 'bus', expected 'on' and the device it attaches with: v0, nic")]
    [InlineData(Placed + "a0: importer unmaps of b0;", 130, "found 'of', expected 'on' and the device it attaches with: v0, nic")]
    [InlineData(Placed + "a0: importer unmaps on card of b0;", 133, "unknown object 'card', expected a device declared above: v0, nic")]
    [InlineData(Placed + "a0: importer unmaps on r of b0;", 133, "found 'r', a port, expected a device declared above: v0, nic")]
    [InlineData(Placed + "a0: importer iommufd on nic of b0 free;", 131, "found the device of an iommufd importer, expected none: it attaches with iommufd's own, which is not PCI")]
    [InlineData(Placed + "a0: importer unmaps on nic of b0;", 123, "found an attached importer on a device that cannot reach v0, expected 'free': not every revision lets it attach, so it can only be tried in a process")]
    public void Parse_WhenTheTopologyIsWrong_PointsAtIt(string objects, int column, string message) =>
        AssertRefused($"vfio t\n{{ {objects} }}\nP0 {{ }}", 2, column, message);

    // A process: line 8 is its first.
    [Theory]
    [InlineData("fly(a0);", 6, "unknown verb 'fly', expected one of acs_redirect, af_flr, attach, bar_fault, bar_read, bind, bind_iommufd, close, ", true)]
    [InlineData("map(a1);", 10, "unknown object 'a1', expected an importer for 'map': a0", false)]
    [InlineData("map(b0);", 10, "found 'b0', a dma_buf, expected an importer for 'map': a0", false)]
    [InlineData("map a0;", 10, "found 'a0', expected '('", false)]
    [InlineData("map(a0)", 14, "found '}', expected ';' after the request", false)]
    [InlineData("unbind(f0);", 13, "found 'f0', a file, expected a device for 'unbind': v0", false)]
    [InlineData("command(v0);", 16, "found ')', expected ',' and 'mem=0' or 'mem=1'", false)]
    [InlineData("command(v0, mem=2);", 22, "found '2', expected the memory bit from 0 to 1", false)]
    [InlineData("power(v0, D5);", 16, "found 'D5', expected a power state: D0, D1, D2, D3hot, D3cold", false)]
    [InlineData("export(v0, b0);", 17, "found b0, which is exported from the beginning, expected a dma_buf declared 'free'", false)]
    [InlineData("export(v0, b1); export(v0, b1);", 33, "found a second export into b1, expected a dma_buf of its own for each export", false)]
    [InlineData("export(v0, b1, size=4K);", 21, "found 'size', expected an argument of export: argsz, dma_buf_flags, flags, length, memory, nr_ranges, offset, open_flags, ranges, region", false)]
    [InlineData("export(v0, b1, argsz=1, argsz=2);", 30, "found 'argsz' for the second time, expected each argument once", false)]
    [InlineData("export(v0, b1, offset=0, ranges=[0:4K]);", 31, "found 'ranges', expected either 'ranges' or 'offset' and 'length'", false)]
    [InlineData("map(a0) (fail: disk);", 21, "found 'disk', expected a fault point: alloc, config, config_read, fd, resume, signal", false)]
    [InlineData("map(a0) (fail_nth: 0);", 25, "found '0', expected which fault point fails, from 1 to 1000", false)]
    [InlineData("map(a0) (later);", 15, "found 'later', expected a call property: 'async', 'fail: POINT', 'fail_nth: N' or 'may_fail'", false)]
    [InlineData("map(a0) (async, async);", 22, "found 'async' behind another call property, expected a fault", false)]
    [InlineData("map(a0) (fail: fd) (may_fail);", 26, "found 'may_fail' behind another call property, expected 'async', or the end of the request", false)]
    [InlineData("r0 = map(a0) (async); r0 = map(a0);", 28, "found 'r0' for the second time, once for a request that is 'async', expected a register of its own for each 'async' request", false)]
    [InlineData("r0 = map(a0) (async); if (r0 == 0) { map(a0); }", 32, "found r0, expected a register of a request that was waited for; one that is 'async' can be read at the end only", false)]
    [InlineData("repeat 2 { r0 = map(a0) (async); }", 15, "found an 'async' request that writes r0 in a 'repeat', expected no register: each 'async' request has one of its own", false)]
    [InlineData("repeat 33 { map(a0) (async); }", 1, "found more than 32 'async' requests, expected fewer: each is a task of its own", false)]
    [InlineData("r32 = map(a0);", 6, "found 'r32', expected a register: r0 to r31", false)]
    [InlineData("if (r0 == 0) { map(a0); }", 10, "found r0, expected a register that an earlier request has written; none has", false)]
    [InlineData("r1 = map(a0); if (r0 == 0) { map(a0); }", 24, "found r0, expected a register that an earlier request has written: r1", false)]
    [InlineData("r0 = map(a0); if (r0 == ENODEV) { map(a0); }", 30, "found 'ENODEV', expected '-ENODEV': a refusal is a negated errno", false)]
    [InlineData("r0 = map(a0); if (r0 ~ 0) { map(a0); }", 27, "found '~', expected a comparison: <, <=, =, >, >=", false)]
    [InlineData("r0 = map(a0); if (r0 == 0) { r0 = map(a0); }", 35, "found 'r0', which the enclosing 'if' reads, expected another register", false)]
    [InlineData("repeat 0 { map(a0); }", 13, "found '0', expected how often, from 1 to 1000", false)]
    [InlineData("repeat 1000 { repeat 1000 { map(a0); } }", 47, "found more than 1000 requests in P0, expected fewer; 'repeat' is unrolled", false)]
    public void Parse_WhenARequestIsWrong_PointsAtIt(string statements, int column, string message, bool beginning)
    {
        var wrong = Assert.Throws<ScenarioSyntaxException>(() => ScenarioParser.Parse($"{Begin}P0 {{ {statements} }}", "t.litmus"));

        var expected = $"t.litmus:8:{column}: error: {message}";
        Assert.Equal(expected, beginning ? wrong.Message[..expected.Length] : wrong.Message);
    }

    [Theory]
    [InlineData("P0(a1) { }", 4, "unknown object 'a1', expected an object the process uses: v0, f0, b0, b1, a0")]
    [InlineData("P0(v0) { map(a0); }", 14, "found 'a0', which the process does not list, expected one of v0")]
    [InlineData("P0 { r0 = map(a0); } exists (1:r0=0)", 30, "found 1:r0, expected a register of P0 to P0")]
    [InlineData("P0 { r0 = map(a0); } exists (0:r1=0)", 30, "found 0:r1, expected a register that P0 writes: 0:r0")]
    [InlineData("P0 { r0 = map(a0); } exists (c0:revoked=0)", 30, "unknown object 'c0', expected an object: v0, f0, b0, b1, a0")]
    [InlineData("P0 { r0 = map(a0); } exists (a0:revoked=0)", 33, "found 'revoked', expected a field of an importer: attached, mapped, pinned, dma, work")]
    [InlineData("P0 { r0 = map(a0); } exists (f0:open=-1)", 38, "found '-', expected a value of open: a number, or 0 or 1")]
    [InlineData("P0 { r0 = map(a0); } exists (v0:power=3)", 39, "found '3', expected a value of power: D0, D1, D2, D3hot, D3cold")]
    [InlineData("P0 { r0 = map(a0); } exists (b0:revoked)", 40, "found ')', expected a comparison: <, <=, =, >, >=")]
    [InlineData("P0 { r0 = map(a0); } revisions S0, S0; ", 36, "found 'S0' for the second time, expected each revision once")]
    [InlineData("P0 { r0 = map(a0); } revisions S0, M73-no; ", 36, "found 'M73-no', expected a revision: 'actors revisions list' names them")]
    [InlineData("P0 { r0 = map(a0); } exists (r0=0)", 30, "found 'r0', expected a result such as '0:r0' or an object's field such as 'b0:revoked'")]
    [InlineData("P0 { r0 = map(a0); } exists (0:r0=-EVIL)", 36, "found 'EVIL', expected an errno: EPERM, ENOENT, EINTR, EIO, EBADF, EAGAIN, ENOMEM, EFAULT, EBUSY, EEXIST, ENODEV, EINVAL, ENFILE, EMFILE, ENOTTY, EDEADLK, EOVERFLOW, EBADFD, EOPNOTSUPP, EADDRINUSE, ENOTCONN, EALREADY")]
    [InlineData("P0 { r0 = map(a0); } exists (0:r0=0 /\\ )", 40, "found ')', expected a result such as '0:r0' or an object's field such as 'b0:revoked'")]
    [InlineData("P0 { r0 = map(a0); } ~forall (0:r0=0)", 23, "found 'forall', expected 'exists'")]
    [InlineData("P0 { r0 = map(a0); } exists (0:r0=0) P1 { }", 38, "found 'P1', expected the end of the file")]
    [InlineData("P0 { r0 = map(a0); } locations [0:r0;]", 39, "found the end of the file, expected a condition: locations are shown with its final states")]
    public void Parse_WhenTheRestIsWrong_PointsAtIt(string rest, int column, string message) => AssertRefused($"{Begin}{rest}", 8, column, message);

    [Fact]
    public void Parse_WhenTheNameIsNotTheFiles_PointsAtTheName() =>
        AssertRefused("vfio other\n{ v0: device; }\nP0 { }", 1, 6, "found the name 'other', expected 't', as the file is named");

    [Fact]
    public void Exception_WhenTheLineHasATab_PutsTheCaretUnderTheMistake()
    {
        var wrong = Assert.Throws<ScenarioSyntaxException>(() => ScenarioParser.Parse("vfio t\r\n{\tv0: disk;\r\n}", "scenarios/t.litmus"));

        Assert.Equal(("scenarios/t.litmus", 2, 7), (wrong.FileName, wrong.Line, wrong.Column));
        Assert.Equal("{\tv0: disk;", wrong.SourceLine);
        Assert.Equal("{\tv0: disk;\n \t    ^", wrong.Excerpt);
        Assert.Equal("found 'disk'", wrong.Found);
    }

    private static void AssertRefused(string text, int line, int column, string message)
    {
        var wrong = Assert.Throws<ScenarioSyntaxException>(() => ScenarioParser.Parse(text, "t.litmus"));

        Assert.Equal($"t.litmus:{line}:{column}: error: {message}", wrong.Message);
    }
}
