using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Shrinking;

/// <summary>From a journal of any length to a small scenario that breaks the same.</summary>
/// <remarks>
/// The window of requests before the finding grows until its requests, moved in the journal's order from the nearest beginning that the language
/// can say, break the same again. Requests and tasks that are not needed go while that order still does it; then all-schedules search takes over.
/// </remarks>
public sealed class JournalShrinker
{
    private readonly JournalWindow window;
    private readonly string id;
    private readonly ShrinkOptions options;

    private JournalShrinker(JournalWindow window, string id, ShrinkOptions options)
    {
        this.window = window;
        this.id = id;
        this.options = options;
    }

    /// <summary>Shrinks; null when no window that is remembered breaks the same again within the limits.</summary>
    /// <param name="window">The journal up to the finding.</param>
    /// <param name="options">Limits.</param>
    public static Shrunk? Run(JournalWindow window, ShrinkOptions options) => new JournalShrinker(window, window.Found!.Finding.Id, options).Run();

    private Shrunk? Run()
    {
        foreach (var devices in DeviceGroups())
        {
            for (var length = 1; !options.Cancellation.IsCancellationRequested; length *= 2)
            {
                var slice = new WindowSlice(window, devices, length);
                options.OnProgress?.Invoke($"the last {slice.Requests.Count} requests");
                if (FromSlice(slice) is { } shrunk)
                    return shrunk;
                if (slice.IsWhole)
                    break;
            }
        }

        return null;
    }

    // The device of the violating step alone, then each other, then all together.
    private IEnumerable<IReadOnlyList<int>> DeviceGroups()
    {
        var count = window.Model.Topology.Devices.Count;
        var first = DeviceOf(window.Found!);
        IEnumerable<IReadOnlyList<int>> alone = Enumerable.Range(0, count).OrderBy(device => device == first ? 0 : 1).Select(device => (IReadOnlyList<int>)[device]);
        return count > 1 ? alone.Append([.. Enumerable.Range(0, count)]) : alone;
    }

    private int DeviceOf(FoldFinding found)
    {
        var state = window.World[found.Task];
        var topology = window.Model.Topology;
        var (vdev, priv, attach) = state.IsIdle ? default : (state.Top.Locals.Vdev, state.Top.Locals.Priv, state.Top.Locals.Attach);
        return vdev?.Index ?? (priv is { } buffer ? topology.Buffers[buffer.Index].Index : attach is { } attachment ? topology.Buffers[topology.Attachments[attachment.Index].Buffer.Index].Index : -1);
    }

    private Shrunk? FromSlice(WindowSlice slice)
    {
        var draft = new Draft(slice, id, options, window.Model.Topology.UserTasks);
        if (!draft.Breaks())
            return null;
        draft.Reduce();
        options.OnProgress?.Invoke($"{draft.Count} of the last {slice.Requests.Count} requests break the same");
        return ScenarioShrinker.Run(draft.ToScenario(), window.Model.Revision, GrantPolicy.Barging, id, options);
    }

    // Some requests of a slice, who asks them, and how it begins; judged by the one order of the journal.
    private sealed class Draft(WindowSlice slice, string id, ShrinkOptions options, int tasks)
    {
        private readonly int[] askers = [.. Enumerable.Range(0, tasks)];
        private HashSet<int> kept = [.. Enumerable.Range(0, slice.Requests.Count)];
        private Scenario beginning = slice.Beginning;

        public int Count => kept.Count;

        public bool Breaks() => kept.Count > 0 && slice.Breaks(id, beginning, kept, askers);

        public Scenario ToScenario() => slice.ToScenario(beginning, kept, askers);

        public void Reduce()
        {
            for (var before = int.MaxValue; kept.Count < before && !options.Cancellation.IsCancellationRequested;)
            {
                before = kept.Count;
                DropPieces();
                BeginLater();
                Join();
            }
        }

        // Pieces of falling length, from the oldest request on.
        private void DropPieces()
        {
            for (var length = Math.Max(1, kept.Count / 2); length > 0; length /= 2)
            {
                int[] now = [.. kept.Order()];
                for (var first = 0; first < now.Length && !options.Cancellation.IsCancellationRequested; first += length)
                    Try([.. kept.Except(now[first..Math.Min(first + length, now.Length)])], beginning);
            }
        }

        // What a request prepares is there from the beginning.
        private void BeginLater()
        {
            foreach (var request in kept.Order().ToArray())
            {
                if (ScenarioEdits.Begun(beginning, slice.CallOf(request).Request) is { } begun)
                    Try([.. kept.Where(other => other != request)], begun);
            }
        }

        private void Join()
        {
            int[] asking = [.. kept.Select(request => slice.Requests[request].Task.Index).Distinct().Order()];
            foreach (var task in asking.Where(task => askers[task] == task && askers.Count(other => other == task) == 1))
            {
                foreach (var other in asking.Where(other => other != task && askers[other] == other))
                {
                    askers[task] = other;
                    if (Breaks())
                        break;
                    askers[task] = task;
                }
            }
        }

        private void Try(HashSet<int> fewer, Scenario begun)
        {
            var (keptBefore, begunBefore) = (kept, beginning);
            (kept, beginning) = (fewer, begun);
            if (!Breaks())
                (kept, beginning) = (keptBefore, begunBefore);
        }
    }
}
