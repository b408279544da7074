using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Tests.GroundTruth;

/// <summary>A case of the export matrix on one device.</summary>
/// <param name="Arguments">The ioctl's arguments.</param>
/// <param name="Faults">A full fd table.</param>
/// <param name="Applies">Whether the device has what the case needs.</param>
/// <param name="NotUnderstood">What of the case's name has no meaning here, or empty.</param>
internal sealed record MatrixCase(ExportArguments Arguments, FaultPlan Faults, bool Applies, string NotUnderstood);

/// <summary>Reads the names of the recorder's matrix cases: a section, then terms. Each term is one row of the table.</summary>
internal static partial class MatrixCases
{
    private const ulong Page = ExportValidation.PageBytes;
    private const uint AbsentRegion = 20;

    private static readonly Sequence<DmaRange> FirstPage = Sequence<DmaRange>.Of(new DmaRange(0, Page));

    private static readonly FaultPlan NoFd = new(Countdown: 1, Anywhere: 0, Sequence<FaultPoint>.Of(FaultPoint.FdTable));

    private delegate Draft Reading(Draft draft, Match match);

    // In order: a longer spelling stands before one that it contains.
    private static readonly (Regex Term, Reading Read)[] Terms =
    [
        // Header.
        (Term(@"PROBE"), (draft, _) => draft.With(ExportArguments.Probe)),
        (Term(@"GET"), (draft, _) => draft.With(ExportArguments.Get)),
        (Term(@"SET"), (draft, _) => draft.With(ExportArguments.Set)),
        (Term(@"none(?! given)"), (draft, _) => draft with { FlagsGiven = true }),
        (Term(@"bit(\d+)"), (draft, match) => draft.With(1U << int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))),
        (Term(@"feature (E)"), (draft, match) => draft with { Feature = (uint)draft.Value(match) }),
        (Term(@"argsz=(E)"), (draft, match) => draft.Set(draft.Arguments with { Argsz = (uint)draft.Value(match) })),
        (Term(@"argsz short"), (draft, _) => draft.Set(draft.Arguments with { Argsz = 20 })),
        (Term(@"flags:? (E)"), (draft, match) => draft.Set(draft.Arguments with { DmaBufFlags = (uint)draft.Value(match) })),
        (Term(@"open_flags: (E)"), (draft, match) => draft.Set(draft.Arguments with { OpenFlags = (uint)draft.Value(match) })),

        // User memory.
        (Term(@"NULL arg|arg unreadable"), (draft, _) => draft.Set(draft.Arguments with { Memory = UserMemory.HeaderUnreadable })),
        (Term(@"second range unreadable"), (draft, _) => draft.Set(draft.Arguments with { Memory = UserMemory.RangesUnreadable, NrRanges = 2 })),
        (Term(@"ranges unreadable"), (draft, _) => draft.Set(draft.Arguments with { Memory = UserMemory.RangesUnreadable })),

        // Region.
        (Term(@"io bar whole size"), (draft, _) => draft.ToIoBar(whole: true)),
        (Term(@"io bar"), (draft, _) => draft.ToIoBar(whole: false)),
        (Term(@"bad region"), (draft, _) => draft.ToRegion(AbsentRegion)),
        (Term(@"rom region"), (draft, _) => draft.ToRegion(ExportValidation.RomRegionIndex)),
        (Term(@"region: (E) one page io"), (draft, match) => draft.ToRegion((uint)draft.Value(match), io: true)),
        (Term(@"region: (E)(?: one page)?"), (draft, match) => draft.ToRegion((uint)draft.Value(match), io: false)),

        // The second range before the first: "first beyond" alone would leave "second".
        (Term(@"first (beyond|unaligned|overflowing)"), (draft, match) => draft.ToRange(0, draft.Bad(match.Groups[1].Value))),
        (Term(@"second (beyond|unaligned|overflowing|length 0)"), (draft, match) => draft.ToRange(1, draft.Bad(match.Groups[1].Value))),
        (Term(@"two ranges"), (draft, _) => draft.To(new DmaRange(0, Page), new DmaRange(Page, Page))),
        (Term(@"3 of different length"), (draft, _) => draft.To(new DmaRange(0, Page), new DmaRange(Page, 2 * Page), new DmaRange(0, 3 * Page))),
        (Term(@"2 adjacent"), (draft, _) => draft.To(new DmaRange(0, Page), new DmaRange(Page, Page))),
        (Term(@"2 identical"), (draft, _) => draft.To(new DmaRange(0, Page), new DmaRange(0, Page))),
        (Term(@"2 descending"), (draft, _) => draft.To(new DmaRange(Page, Page), new DmaRange(0, Page))),
        (Term(@"2 with a gap"), (draft, _) => draft.To(new DmaRange(0, Page), new DmaRange(2 * Page, Page))),
        (Term(@"2 overlapping"), (draft, _) => draft.To(new DmaRange(0, 2 * Page), new DmaRange(Page, Page))),
        (Term(@"2 whole bars(?: \(total over bar size\))?"), (draft, _) => draft.To(new DmaRange(0, draft.Size), new DmaRange(0, draft.Size))),
        (Term(@"lengths sum to 1<<64"), (draft, _) => draft.To(new DmaRange(0, 1UL << 63), new DmaRange(0, 1UL << 63))),
        (Term(@"nr[= ](E)(?: (?:all|one|none) given)?"), (draft, match) => draft.Set(draft.Arguments with { NrRanges = (uint)draft.Value(match) })),
        (Term(@"zero ranges"), (draft, _) => draft.Set(draft.Arguments with { NrRanges = 0 })),
        (Term(@"bad range"), (draft, _) => draft.To(new DmaRange(0, 1))),

        // One range.
        (Term(@"whole bar"), (draft, _) => draft.To(new DmaRange(0, draft.Size))),
        (Term(@"last page; two pages long"), (draft, _) => draft.To(new DmaRange(draft.Size - Page, 2 * Page))),
        (Term(@"last page"), (draft, _) => draft.To(new DmaRange(draft.Size - Page, Page))),
        (Term(@"offset\+length unaligned; sum aligned"), (draft, _) => draft.To(new DmaRange(Page / 2, Page / 2))),
        (Term(@"offset = size; one page|offset beyond"), (draft, _) => draft.To(new DmaRange(draft.Size, Page))),
        (Term(@"size \+ one page"), (draft, _) => draft.To(new DmaRange(0, draft.Size + Page))),
        (Term(@"beyond"), (draft, _) => draft.To(draft.Bad("beyond"))),
        (Term(@"offset (E)(?: length (E))?"), (draft, match) => draft.To(new DmaRange(draft.Value(match), match.Groups[2].Success ? draft.Value(match, 2) : Page))),
        (Term(@"length (E)"), (draft, match) => draft.To(new DmaRange(0, draft.Value(match)))),

        // The fd table.
        (Term(@"after table full"), (draft, _) => draft),
        (Term(@"table full"), (draft, _) => draft with { Faults = NoFd }),
    ];

    /// <summary>The case of that name on a device, or a case that says what was not understood.</summary>
    public static MatrixCase Read(string name, DeviceTraits traits)
    {
        var device = new DeviceTraitsView(traits);
        var draft = new Draft(ExportArguments.OnePage with { Flags = ExportArguments.DmaBufFeature, RegionIndex = (uint)Math.Max(0, device.TestBar.Index), Ranges = FirstPage }, device);
        var rest = Heading().Replace(name, "");
        foreach (var (term, read) in Terms)
        {
            while (term.Match(rest) is { Success: true } match)
            {
                draft = read(draft, match);
                rest = rest[..match.Index] + rest[(match.Index + match.Length)..];
            }
        }

        return new MatrixCase(draft.Finished(), draft.Faults, draft.Applies, Punctuation().Replace(rest, ""));
    }

    private static Regex Term(string pattern) =>
        new(@"(?<![\w<])(?:" + pattern.Replace("(E)", @"(\(?[-\w]+(?:<<\d+)?\)?(?:-PG)?)", StringComparison.Ordinal) + @")(?![\w<])", RegexOptions.CultureInvariant);

    // 0x800, 7, size, 1<<63, (1<<63)-PG, -PG, -2PG, 3PG, -16GiB: modulo 2^64.
    private static ulong Evaluate(string text)
    {
        var match = Number().Match(text);
        if (!match.Success)
            throw new FormatException($"not a number of the matrix: {text}");
        var digits = match.Groups["digits"].Value;
        var value = digits.StartsWith("0x", StringComparison.Ordinal)
            ? BigInteger.Parse("0" + digits[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : digits.Length == 0 ? BigInteger.One : BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        value *= match.Groups["unit"].Value switch
        {
            "PG" => Page,
            "KiB" => 1UL << 10,
            "MiB" => 1UL << 20,
            "GiB" => 1UL << 30,
            _ => 1,
        };
        if (match.Groups["shift"].Success)
            value <<= int.Parse(match.Groups["shift"].Value, CultureInfo.InvariantCulture);
        if (match.Groups["less"].Success)
            value -= Page;
        if (match.Groups["minus"].Success)
            value = -value;
        return (ulong)(value & ulong.MaxValue);
    }

    // Sections that only group; the others (region, flags, open_flags) are part of a term.
    [GeneratedRegex(@"^(?:hdr|ptr|order|range|ranges|fds|file|region(?=: io)): ")]
    private static partial Regex Heading();

    [GeneratedRegex(@"[\s|+;]+")]
    private static partial Regex Punctuation();

    [GeneratedRegex(@"^(?<minus>-)?\(?(?<digits>0x[0-9a-fA-F]+|\d*)(?<unit>PG|[KMG]iB)?(?:<<(?<shift>\d+))?\)?(?<less>-PG)?$")]
    private static partial Regex Number();

    private sealed record Draft(ExportArguments Arguments, DeviceTraitsView Device)
    {
        public uint Operation { get; init; }

        public bool FlagsGiven { get; init; }

        public uint Feature { get; init; } = ExportArguments.DmaBufFeature;

        public FaultPlan Faults { get; init; } = FaultPlan.None;

        public bool Applies { get; init; } = true;

        public ulong Size => Device.TestBar.SizeBytes;

        public ExportArguments Finished() => Arguments with { Flags = Feature | (FlagsGiven ? Operation : ExportArguments.Get) };

        public Draft Set(ExportArguments arguments) => this with { Arguments = arguments };

        public Draft With(uint bit) => this with { Operation = Operation | bit, FlagsGiven = true };

        public Draft To(params ReadOnlySpan<DmaRange> ranges) => Set(Arguments with { Ranges = Sequence<DmaRange>.Of(ranges), NrRanges = (uint)ranges.Length });

        public Draft ToRange(int index, DmaRange range)
        {
            var ranges = Arguments.Ranges;
            while (ranges.Count <= index)
                ranges = ranges.Add(new DmaRange(0, Page));
            return Set(Arguments with { Ranges = ranges.SetItem(index, range), NrRanges = (uint)ranges.Count });
        }

        public Draft ToRegion(uint region) => Set(Arguments with { RegionIndex = region });

        public Draft ToRegion(uint region, bool io) => ToRegion(region) with { Applies = Device.IsIo(region) == io };

        public Draft ToIoBar(bool whole)
        {
            if (Device.IoBar is not { } bar)
                return this with { Applies = false };
            var there = ToRegion((uint)bar.Index);
            return whole ? there.To(new DmaRange(0, bar.SizeBytes)) : there;
        }

        public DmaRange Bad(string how) => how switch
        {
            "beyond" => new DmaRange(Size, Page),
            "unaligned" => new DmaRange(0, 1),
            "overflowing" => new DmaRange(unchecked(0UL - Page), Page),
            "length 0" => new DmaRange(0, 0),
            _ => throw new FormatException(how),
        };

        public ulong Value(Match match, int group = 1) => Evaluate(match.Groups[group].Value);
    }
}
