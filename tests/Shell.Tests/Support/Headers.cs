using Actors.Core.Journal;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Shell;

namespace Shell.Tests.Support;

/// <summary>Headers of journals on disk.</summary>
internal static class Headers
{
    public static JournalHeader Of(Model model, ulong seed) => new(
        JournalHeader.CurrentFormat, "shell tests", model.Revision.Name, model.Policy, ScenarioPrinter.Print(model.Scenario), model.Scenario.Hash, model.Hash, seed, LiveRun.Runtime);
}
