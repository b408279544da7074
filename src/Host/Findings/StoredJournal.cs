using Actors.Core.Analysis;
using Actors.Core.Scenarios;

namespace Actors.Host.Findings;

/// <summary>A journal with what its run has done and broken.</summary>
/// <param name="Path">The file.</param>
/// <param name="Runtime">What wrote it.</param>
/// <param name="Seed">The master seed.</param>
/// <param name="Model">The model it is of.</param>
/// <param name="Run">The run.</param>
/// <param name="Findings">Its findings.</param>
public sealed record StoredJournal(string Path, string Runtime, ulong Seed, Model Model, RecordedRun Run, IReadOnlyList<StoredFinding> Findings);
