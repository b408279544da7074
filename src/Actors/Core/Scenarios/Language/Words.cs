using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios.Language;

/// <summary>The language's words for the kernel's constants; parser and printer share them.</summary>
internal static class Words
{
    public static readonly IReadOnlyDictionary<string, ImporterKind> Importers = new SortedDictionary<string, ImporterKind>(StringComparer.Ordinal)
    {
        ["unmaps"] = ImporterKind.Unmaps,
        ["remaps"] = ImporterKind.Remaps,
        ["unmaps_later"] = ImporterKind.UnmapsLater,
        ["ignores"] = ImporterKind.Ignores,
        ["no_callback"] = ImporterKind.NoCallback,
        ["static"] = ImporterKind.Static,
        ["iommufd"] = ImporterKind.Iommufd,
        ["mlx5"] = ImporterKind.Mlx5,
        ["pinned_umem"] = ImporterKind.PinnedUmem,
        ["irdma"] = ImporterKind.Irdma,
        ["amdgpu"] = ImporterKind.Amdgpu,
        ["xe"] = ImporterKind.Xe,
        ["xe_fault_mode"] = ImporterKind.XeFaultMode,
        ["never_signals"] = ImporterKind.NeverSignals,
        ["remaps_in_callback"] = ImporterKind.RemapsInCallback,
        ["closes_fd"] = ImporterKind.ClosesFd,
        ["needs_memory_lock"] = ImporterKind.NeedsMemoryLock,
        ["copies_pfns"] = ImporterKind.CopiesPfns,
        ["never_unmaps"] = ImporterKind.NeverUnmaps,
    };

    public static readonly IReadOnlyDictionary<string, ImporterMode> Modes = new SortedDictionary<string, ImporterMode>(StringComparer.Ordinal)
    {
        ["phys"] = ImporterMode.Phys,
        ["bus"] = ImporterMode.Bus,
        ["iova"] = ImporterMode.Iova,
    };

    public static readonly IReadOnlyDictionary<string, VariantDriver> Drivers = new SortedDictionary<string, VariantDriver>(StringComparer.Ordinal)
    {
        ["no_pci_ops"] = VariantDriver.WithoutPciOps,
        ["hisi_acc"] = VariantDriver.HisiAcc,
        ["nvgrace"] = VariantDriver.Nvgrace,
        ["nvgrace_cxl"] = VariantDriver.NvgraceCxl,
    };

    public static readonly IReadOnlyDictionary<string, FaultPoint> FaultPoints = new SortedDictionary<string, FaultPoint>(StringComparer.Ordinal)
    {
        ["alloc"] = FaultPoint.Allocation,
        ["fd"] = FaultPoint.FdTable,
        ["config"] = FaultPoint.ConfigWrite,
        ["signal"] = FaultPoint.Signal,
        ["config_read"] = FaultPoint.ConfigRead,
        ["resume"] = FaultPoint.RuntimeResume,
    };

    public static readonly IReadOnlyDictionary<string, PowerState> PowerStates =
        Enum.GetValues<PowerState>().ToDictionary(state => state.ToString(), StringComparer.Ordinal);

    public static readonly IReadOnlyDictionary<string, bool> Switches = new SortedDictionary<string, bool>(StringComparer.Ordinal) { ["on"] = true, ["off"] = false };

    public static readonly IReadOnlyDictionary<string, Comparison> Comparisons = new SortedDictionary<string, Comparison>(StringComparer.Ordinal)
    {
        ["="] = Comparison.Equal,
        ["<"] = Comparison.Less,
        ["<="] = Comparison.AtMost,
        [">"] = Comparison.Greater,
        [">="] = Comparison.AtLeast,
    };

    public static readonly IReadOnlyDictionary<string, UserMemory> UserMemories = new SortedDictionary<string, UserMemory>(StringComparer.Ordinal)
    {
        ["readable"] = UserMemory.Readable,
        ["header_unreadable"] = UserMemory.HeaderUnreadable,
        ["fixed_part_unreadable"] = UserMemory.FixedPartUnreadable,
        ["ranges_unreadable"] = UserMemory.RangesUnreadable,
    };

    public static readonly IReadOnlyDictionary<string, WakeupArgument> WakeupArguments = new SortedDictionary<string, WakeupArgument>(StringComparer.Ordinal)
    {
        ["valid"] = WakeupArgument.Eventfd,
        ["unreadable"] = WakeupArgument.Unreadable,
        ["negative"] = WakeupArgument.Negative,
        ["other_file"] = WakeupArgument.OtherFile,
        ["closed_fd"] = WakeupArgument.ClosedFd,
    };

    public static readonly IReadOnlyDictionary<string, uint> FeatureFlags = new SortedDictionary<string, uint>(StringComparer.Ordinal)
    {
        ["get"] = ExportArguments.Get,
        ["set"] = ExportArguments.Set,
        ["probe"] = ExportArguments.Probe,
        ["dma_buf"] = ExportArguments.DmaBufFeature,
    };

    public static readonly IReadOnlyDictionary<string, Property> Properties =
        Enum.GetValues<Property>().ToDictionary(property => property.ToString(), StringComparer.Ordinal);

    public static readonly IReadOnlyDictionary<string, Errno> Errnos =
        Enum.GetValues<Errno>().Where(errno => errno != Errno.None).ToDictionary(errno => errno.ToString(), StringComparer.Ordinal);

    public static readonly IReadOnlyDictionary<string, DmaBufFileOperation> FileOperations =
        Enum.GetValues<DmaBufFileOperation>().ToDictionary(operation => SnakeCase(operation.ToString()), StringComparer.Ordinal);

    /// <summary>The word for a constant.</summary>
    public static string Of<T>(IReadOnlyDictionary<string, T> words, T value) =>
        words.First(entry => EqualityComparer<T>.Default.Equals(entry.Value, value)).Key;

    /// <summary>A size or address: with a suffix where that is exact.</summary>
    public static string Size(ulong value) => value switch
    {
        0 => "0",
        _ when value % (1UL << 30) == 0 => $"{value >> 30}G",
        _ when value % (1UL << 20) == 0 => $"{value >> 20}M",
        _ when value % (1UL << 10) == 0 => $"{value >> 10}K",
        _ => $"{value}",
    };

    /// <summary>A result: 0, a number or a negated errno.</summary>
    public static string Result(int value) => value < 0 && Enum.IsDefined((Errno)(-value)) ? $"-{(Errno)(-value)}" : $"{value}";

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((letter, index) => char.IsAsciiLetterUpper(letter) && index > 0 ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
