using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios;

/// <summary>Kinds of importers by the words of scenario files.</summary>
public static class ImporterNames
{
    /// <summary>All kinds, as a reader wants them: drivers, patterns that a driver may follow, importers that break the contract.</summary>
    public static readonly Sequence<ImporterKind> All = Sequence<ImporterKind>.Of(
        ImporterKind.Iommufd, ImporterKind.Mlx5, ImporterKind.PinnedUmem, ImporterKind.Irdma, ImporterKind.Amdgpu, ImporterKind.Xe, ImporterKind.XeFaultMode,
        ImporterKind.Static, ImporterKind.NoCallback, ImporterKind.Unmaps, ImporterKind.Remaps, ImporterKind.UnmapsLater,
        ImporterKind.Ignores, ImporterKind.NeverUnmaps, ImporterKind.NeverSignals, ImporterKind.RemapsInCallback, ImporterKind.ClosesFd, ImporterKind.NeedsMemoryLock, ImporterKind.CopiesPfns);

    /// <summary>The word of a kind.</summary>
    public static string Of(ImporterKind kind) => Words.Of(Words.Importers, kind);

    /// <summary>The kind of a word, or null.</summary>
    public static ImporterKind? Find(string word) => Words.Importers.TryGetValue(word, out var kind) ? kind : null;
}
