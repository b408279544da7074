using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;

namespace Actors.Exploration;

/// <summary>The slots that check steps read, by the number of the task state; each is worked out once.</summary>
internal sealed class CheckFootprints(Model model, StateTable table)
{
    private int[]?[] known = new int[]?[256];

    /// <summary>The slots; only for a task state whose next step is a check.</summary>
    public int[] this[int task]
    {
        get
        {
            if (task >= known.Length)
                Array.Resize(ref known, Math.Max(table.Count, task + 1) * 2);
            return known[task] ??= [.. Obligations.Footprint((TaskState)table[task], model.Topology).Select(model.SlotOf)];
        }
    }
}
