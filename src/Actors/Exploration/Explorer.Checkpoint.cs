using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration.Search;

namespace Actors.Exploration;

/// <summary>A checkpoint that cannot be used: the message says why.</summary>
public sealed class CheckpointException(string message) : Exception(message);

/// <summary>Where a checkpoint goes. What it is written to is the caller's.</summary>
public interface ICheckpointWriter
{
    /// <summary>Writes a number.</summary>
    void Write(long value);

    /// <summary>Writes a fingerprint.</summary>
    void WriteFingerprint(UInt128 value);

    /// <summary>Writes a text.</summary>
    void Write(string value);
}

/// <summary>Where a checkpoint comes from: what was written, in the same order.</summary>
public interface ICheckpointReader
{
    /// <summary>The next number.</summary>
    long ReadNumber();

    /// <summary>The next fingerprint.</summary>
    UInt128 ReadFingerprint();

    /// <summary>The next text.</summary>
    string ReadText();
}

/// <content>Checkpoints: what was seen, how each world was reached, and where the search stands. Worlds are not stored; those still to be expanded are walked to again.</content>
public sealed partial class Explorer
{
    private IReadOnlyList<Step> exercisedBefore = [];

    /// <summary>Goes on from a checkpoint.</summary>
    /// <param name="model">The same scenario and revision.</param>
    /// <param name="options">Bounds and listeners; whether the search is reduced is the checkpoint's.</param>
    /// <param name="checkpoint">What <see cref="ExplorerOptions.OnCheckpoint"/> wrote.</param>
    /// <exception cref="CheckpointException">It is of another model.</exception>
    public static Explorer Resume(Model model, ExplorerOptions options, ICheckpointReader checkpoint)
    {
        var hash = checkpoint.ReadText();
        if (hash != model.Hash)
            throw new CheckpointException($"the checkpoint is of model {hash}, this is {model.Hash}: another scenario, revision, policy or version");
        options = options with { Reduction = checkpoint.ReadNumber() != 0, Symmetry = checkpoint.ReadNumber() != 0, Storage = Storage.Fingerprints };
        var explorer = new Explorer(new KernelSystem(model), model, options, withProviso: checkpoint.ReadNumber() != 0) { resumed = true };
        explorer.Read(checkpoint);
        return explorer;
    }

    private IEnumerable<Step> Exercised() => exercisedBefore.Concat(table.Moved.OfType<TaskState>().Select(task => task.Next)).Distinct();

    // In the order of the call paths, which is the same for the same model.
    private Step[] AllSteps() => [.. model!.Paths.All.Concat(model.Scripts).SelectMany(path => path.Steps).Distinct()];

    private void WriteCheckpoint(ICheckpointWriter writer)
    {
        if (model is null || options.Storage != Storage.Fingerprints)
            throw new NotSupportedException("checkpoints are of scenarios, with fingerprints");
        writer.Write(model.Hash);
        writer.Write(stubborn is null ? 0 : 1);
        writer.Write(orbits is null ? 0 : 1);
        writer.Write(withProviso ? 1 : 0);
        foreach (var figure in new[] { transitions, log.Finals, reduction.Enabled, reduction.Tried, reduction.Provisos, depth, position.Shard, position.Place, (before + clock.Elapsed).Ticks })
            writer.Write(figure);
        writer.WriteFingerprint(log.FinalFingerprint);
        foreach (var shard in shards)
            Write(writer, shard);
        writer.Write(log.Findings.Count);
        foreach (var witness in log.Findings)
            Write(writer, witness);
        var numbers = AllSteps().Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        int[] exercised = [.. Exercised().Select(step => numbers[step])];
        writer.Write(exercised.Length);
        foreach (var step in exercised)
            writer.Write(step);
        cycles?.Write(writer);
        log.Condition?.Write(writer);
        writer.Write(log.Condition?.Witness is null ? 0 : 1);
        if (log.Condition?.Witness is { } shown)
            Write(writer, shown);
    }

    private void Read(ICheckpointReader reader)
    {
        transitions = reader.ReadNumber();
        var finals = reader.ReadNumber();
        reduction = (reader.ReadNumber(), reader.ReadNumber(), reader.ReadNumber());
        depth = (int)reader.ReadNumber();
        position = ((int)reader.ReadNumber(), (int)reader.ReadNumber());
        before = TimeSpan.FromTicks(reader.ReadNumber());
        log.Restore(finals, reader.ReadFingerprint());
        WalkToFrontiers(Array.ConvertAll(shards, shard => Read(reader, shard)));
        for (var count = reader.ReadNumber(); count > 0; count--)
            log.Add(ReadWitness(reader));
        var steps = AllSteps();
        exercisedBefore = [.. Enumerable.Range(0, (int)reader.ReadNumber()).Select(_ => steps[reader.ReadNumber()])];
        cycles?.Read(reader);
        log.Condition?.Read(reader);
        if (reader.ReadNumber() != 0 && log.Condition is { } condition)
            condition.Witness = ReadWitness(reader);
    }

    private static void Write(ICheckpointWriter writer, Shard shard)
    {
        writer.Write(shard.Parents.Count);
        for (var index = 0; index < shard.Parents.Count; index++)
        {
            writer.Write(shard.Parents[index].Parent);
            writer.Write(shard.Parents[index].Step);
        }

        foreach (var fingerprint in ((FingerprintSet)shard.Visited).Fingerprints)
            writer.WriteFingerprint(fingerprint);
        writer.Write(shard.Current.First);
        writer.Write(shard.Next.First);
    }

    // Every world has a parent and a fingerprint, so one count serves both.
    private static (int Current, int Next) Read(ICheckpointReader reader, Shard shard)
    {
        var count = reader.ReadNumber();
        for (var index = 0; index < count; index++)
            shard.Parents.Add((uint)reader.ReadNumber(), (ushort)reader.ReadNumber());
        for (var index = 0; index < count; index++)
            shard.Visited.Add(reader.ReadFingerprint(), []);
        shard.Visited.Close();
        return ((int)reader.ReadNumber(), (int)reader.ReadNumber());
    }

    // The worlds of the layer in work and of the next, from the first world down the tree of first visits: only through their ancestors, layer by layer.
    private void WalkToFrontiers((int Current, int Next)[] firsts)
    {
        var numbers = shards.SelectMany((shard, index) => Enumerable.Range(firsts[index].Current, shard.Parents.Count - firsts[index].Current).Select(place => Shard.Number(index, place))).ToArray();
        var layers = new Stack<HashSet<uint>>();
        for (var layer = numbers.ToHashSet(); layer.Count > 0; layer = [.. layer.Select(ParentOf).Where(parent => parent != Shard.NoParent)])
            layers.Push(layer);
        var worlds = new Dictionary<uint, int[]>();
        var wanted = numbers.ToHashSet();
        var kept = new Dictionary<uint, int[]>();
        while (layers.TryPop(out var layer))
        {
            worlds = layer.ToDictionary(number => number, number => WorldOf(number, worlds));
            foreach (var number in layer.Where(wanted.Contains))
                kept.TryAdd(number, worlds[number]);
        }

        for (var index = 0; index < shards.Length; index++)
        {
            var (current, next) = firsts[index];
            shards[index].Restore(current, next, place => kept[Shard.Number(index, place)], world => table.FingerprintOf(world));
        }
    }

    private uint ParentOf(uint number)
    {
        var (shard, index) = Shard.Place(number);
        return shards[shard].Parents[index].Parent;
    }

    private int[] WorldOf(uint number, Dictionary<uint, int[]> before)
    {
        var (shard, index) = Shard.Place(number);
        var (parent, step) = shards[shard].Parents[index];
        if (parent == Shard.NoParent)
            return table.InitialWorld(out _);
        var world = (int[])before[parent].Clone();
        var (slot, choice) = StepOf(step);
        table.Apply(table.Successors(slot, world)[choice], slot, world);
        return world;
    }

    private static void Write(ICheckpointWriter writer, Witness witness)
    {
        writer.Write(witness.AtQuiescence ? 1 : 0);
        writer.Write(witness.Finding.Id);
        writer.Write(witness.Schedule.Count);
        foreach (var (task, choice) in witness.Schedule)
            writer.Write(StepOf(task.Index, choice));
    }

    // The schedule is replayed: the finding is what it breaks.
    private Witness ReadWitness(ICheckpointReader reader)
    {
        var atQuiescence = reader.ReadNumber() != 0;
        var id = reader.ReadText();
        (TaskId, int)[] schedule =
        [
            .. Enumerable.Range(0, (int)reader.ReadNumber()).Select(_ => StepOf((ushort)reader.ReadNumber())).Select(step => (new TaskId(step.Slot), step.Choice)),
        ];
        if (id == FindingLog.ClauseHolds.Id)
            return new Witness(FindingLog.ClauseHolds, schedule, atQuiescence) { IsShortest = stubborn is null };
        var world = new World(model!);
        IEnumerable<Finding> broken = [];
        foreach (var (task, choice) in schedule)
            broken = world.Take(task, choice).Findings;
        var finding = (atQuiescence ? world.JudgeQuiescence() : broken).FirstOrDefault(finding => finding.Id == id)
            ?? throw new CheckpointException($"the schedule of finding {id} does not lead to it");
        return new Witness(finding, schedule, atQuiescence) { IsShortest = stubborn is null };
    }
}
