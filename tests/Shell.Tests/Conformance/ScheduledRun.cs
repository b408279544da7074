using Actors.Core.Analysis;
using Actors.Core.Journal;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Shell;
using Shell.Tests.Support;

namespace Shell.Tests.Conformance;

/// <summary>The actors driven along a schedule, a world stepped beside them: after each step states and journal must be equal.</summary>
internal sealed class ScheduledRun : IDisposable, IChooser
{
    private readonly World world;
    private readonly Recorder recorder;
    private readonly MemorySink journal;
    private readonly ControlledRun run;
    private GraphStep current;

    public ScheduledRun(Model model, MemorySink? journal = null)
    {
        world = new World(model);
        recorder = new Recorder(world);
        this.journal = journal ?? new MemorySink();
        run = new ControlledRun(model, this.journal, _ => ScriptWork.ForAll(model), chooser: this);
        run.GoStepByStep();
    }

    /// <summary>Steps that went through a machine actor.</summary>
    public int Steps { get; private set; }

    public RunEnd? Ended => run.Ended;

    public RunMetrics Metrics => run.Run.Metrics;

    public int OfMachine(int slot, long sequence, int count) => current.Choice;

    public int OfTask(TaskLink step, int count) => current.Branch;

    public void Follow(IReadOnlyCollection<GraphStep> schedule)
    {
        AssertEqual("at the beginning");
        foreach (var step in schedule)
            Take(step);
        run.AssertUnderControl();
        Assert.Null(Folded.Of(world.Model, journal.Entries).Divergence);
    }

    public void Dispose() => run.Dispose();

    private void Take(GraphStep step)
    {
        current = step;
        var task = new TaskId(step.Task);
        var (taken, entry) = recorder.Take(task, world.Successors(task)[step.Successor]);
        if (entry is null)
            return;
        var place = $"after {taken.Step.Function}(): {taken.Step.Text} by {world.Model.Topology.NameOf(taken.Task)} (step {Steps + 1})";
        var held = run.Steps.Of(step.Task);
        Assert.True(held is not null && held.Message == entry.Message, $"{place}: the actor sends {held?.Message}, the model {entry.Message}");
        run.Steps.Deliver(step.Task);
        Steps++;
        Assert.Equal(entry, journal.Last);
        AssertEqual(place);
    }

    private void AssertEqual(string place)
    {
        if (run.DifferenceFrom(world) is { } difference)
            Assert.Fail($"{place}: {difference}");
    }
}
