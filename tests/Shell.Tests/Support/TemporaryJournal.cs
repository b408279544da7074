using Actors.Core.Scenarios;
using Actors.Persistence;

namespace Shell.Tests.Support;

/// <summary>A journal file that is gone afterwards.</summary>
internal sealed class TemporaryJournal : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $"shell-{Guid.NewGuid():N}.db");

    public TemporaryJournal(Model model, ulong seed) => Store = JournalStore.Create(path, Headers.Of(model, seed));

    public JournalStore Store { get; }

    public void Dispose()
    {
        Store.Dispose();
        File.Delete(path);
    }
}
