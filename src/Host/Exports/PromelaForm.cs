using Actors.Exploration;
using Actors.Exploration.Promela;
using Actors.Host.Reports;

namespace Actors.Host.Exports;

/// <summary>All transitions of a scenario as a Promela program. SPIN without reduction stores exactly as many states as the header says.</summary>
internal sealed class PromelaForm() : ExportForm("promela", "The transitions of a scenario as a Promela program: SPIN stores as many states as explore reports.")
{
    /// <inheritdoc/>
    public override void Write(ExportSource source, TextWriter output)
    {
        var model = source.Model();
        var title = $"{model.Scenario.Name} on {model.Revision.Name}";
        var program = source.Sources.During(title, tell => PromelaModel.Of(model, new ExplorerOptions
        {
            StatesMax = source.Sources.StatesMax,
            Cancellation = source.Sources.Cancellation,
            OnProgress = progress => tell(LiveProgress.Line(title, progress)),
        }));
        if (program.Completion == Completion.Interrupted)
            throw new OperationCanceledException($"{title}: interrupted after {Coverage.Count(program.States, "state")}: nothing is written");
        if (program.Completion != Completion.ExploredAll)
            throw new InputException($"{title} has more than {Coverage.Count(program.States, "state")}: a program of some of them would be of no use; --states-max raises the bound");
        output.Write(program.Text);
    }
}
