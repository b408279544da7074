using System.Globalization;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Reduction;
using Actors.Exploration.Symmetry;

namespace Actors.Bench.SideBySide;

/// <summary>What one instruction of the lock model does. Each is one atomic transition, here and in proto-*.pml.</summary>
internal enum Op
{
    /// <summary>Takes a free lock.</summary>
    Lock,

    /// <summary>Gives it back.</summary>
    Unlock,

    /// <summary>Counts a reference up.</summary>
    Get,

    /// <summary>Counts it down.</summary>
    Put,

    /// <summary>Counts a mapping up.</summary>
    Map,

    /// <summary>Counts it down.</summary>
    Unmap,

    /// <summary>Sets a flag.</summary>
    Revoke,

    /// <summary>Clears it.</summary>
    Clear,

    /// <summary>Goes elsewhere when the flag is set.</summary>
    JumpIfRevoked,

    /// <summary>Waits until nothing is mapped.</summary>
    Wait,

    /// <summary>Goes on or elsewhere, by chance.</summary>
    Branch,

    /// <summary>Stores into the task's own register.</summary>
    Store,

    /// <summary>The end.</summary>
    End,
}

/// <summary>An instruction: what, on which object or with which value, and where a jump goes.</summary>
internal readonly record struct Instruction(Op Op, int Operand, int To);

/// <summary>A task of the lock model: its number and position.</summary>
internal sealed record LockTask(int Task, int Position);

/// <summary>A machine of the lock model: a lock's holder, a count, a flag or a register.</summary>
internal sealed record Cell(string Kind, int Index, int Value);

/// <summary>Five or six tasks over three locks and four objects, as tables of instructions: the same model that SPIN gets in Promela.</summary>
internal sealed class LockModel(int tasks) : ITransitionSystem, IFootprints
{
    private const int Locks = 3;
    private const int Objects = 4;
    private const int Registers = 6;

    private static readonly Instruction[][] Programs = [Importer(0), Importer(1), Revoker(0, 1), Fault(2, 3), Fault(3, 2), Importer(2)];

    private readonly Dictionary<(int Task, int Position, ulong Kept), Footprint> remaining = [];

    public int TaskCount => tasks;

    public int SlotCount => tasks + Locks + (3 * Objects) + Registers;

    public IFootprints Footprints => this;

    public SymmetryGroup Symmetries => SymmetryGroup.Trivial;

    public IReadOnlyList<int> Sleepers => [];

    public IReadOnlyList<object> InitialWorld() =>
    [
        .. Enumerable.Range(0, tasks).Select(task => (object)new LockTask(task, 0)),
        .. Cells("lock", Locks), .. Cells("references", Objects), .. Cells("mappings", Objects), .. Cells("revoked", Objects), .. Cells("register", Registers),
    ];

    public object Idle(int task) => new LockTask(task, -1);

    public UInt128 HashOf(object state) => Fingerprint.Of(state);

    public PendingStep Next(int slot, object task)
    {
        var position = ((LockTask)task).Position;
        return position < 0 || At(slot, position).Op == Op.End ? new PendingStep(PendingKind.Idle, -1, [])
            : At(slot, position).Op == Op.Branch ? new PendingStep(PendingKind.Check, -1, [])
            : new PendingStep(PendingKind.Send, SlotOf(slot, At(slot, position)), []);
    }

    public IReadOnlyList<Transition> Take(int slot, object task, object? target)
    {
        var (position, cell) = (((LockTask)task).Position, (Cell)target!);
        var instruction = At(slot, position);
        var value = cell.Value;
        return instruction.Op switch
        {
            Op.Lock => value == 0 ? Go(slot, position + 1, cell with { Value = slot + 1 }) : [],
            Op.Unlock => Go(slot, position + 1, cell with { Value = 0 }),
            Op.Get or Op.Map => Go(slot, position + 1, cell with { Value = value + 1 }),
            Op.Put or Op.Unmap => Go(slot, position + 1, cell with { Value = value - 1 }),
            Op.Revoke => Go(slot, position + 1, cell with { Value = 1 }),
            Op.Clear => Go(slot, position + 1, cell with { Value = 0 }),
            Op.JumpIfRevoked => Go(slot, value != 0 ? instruction.To : position + 1, cell),
            Op.Wait => value == 0 ? Go(slot, position + 1, cell) : [],
            Op.Store => Go(slot, position + 1, cell with { Value = instruction.Operand }),
            Op.Branch or Op.End => throw new InvalidOperationException($"{instruction.Op} goes to no machine"),
        };
    }

    public IReadOnlyList<Transition> Check(int slot, object task, Func<int, object> world)
    {
        var position = ((LockTask)task).Position;
        return [.. Go(slot, position + 1, null), .. Go(slot, At(slot, position).Operand, null)];
    }

    public IReadOnlyList<Access> Next(int slot, object task, object? target, IReadOnlyList<Transition> transitions)
    {
        var instruction = At(slot, ((LockTask)task).Position);
        return instruction.Op == Op.Branch ? [] : [AccessOf(slot, instruction)];
    }

    public Footprint Remaining(int slot, object task, HeldSet kept)
    {
        var from = ((LockTask)task).Position;
        if (remaining.TryGetValue((slot, from, kept.Exclusive), out var known))
            return known;
        var footprint = new Footprint(SlotCount);
        var seen = new HashSet<int>();
        var todo = new Stack<int>([from]);
        while (todo.TryPop(out var position))
        {
            if (position < 0 || !seen.Add(position))
                continue;
            var instruction = At(slot, position);
            if (instruction.Op == Op.End)
                continue;
            if (instruction.Op == Op.Lock && (kept.Exclusive >> instruction.Operand & 1) != 0)
                continue;
            if (instruction.Op != Op.Branch)
                footprint.Add(AccessOf(slot, instruction));
            todo.Push(position + 1);
            if (instruction.Op is Op.JumpIfRevoked)
                todo.Push(instruction.To);
            if (instruction.Op is Op.Branch)
                todo.Push(instruction.Operand);
        }

        remaining.Add((slot, from, kept.Exclusive), footprint);
        return footprint;
    }

    // What a task holds is told by where it stands: between taking a lock and giving it back there is no jump out.
    public HeldSet Held(object task)
    {
        var (number, position) = (((LockTask)task).Task, ((LockTask)task).Position);
        return position < 0 ? default : new HeldSet(HeldAt(number, position), 0, 0);
    }

    public ulong KeptAwakeBy(object state) => 0;

    private static ulong HeldAt(int task, int position)
    {
        var held = new ulong?[Programs[task].Length];
        var todo = new Stack<(int Position, ulong Held)>([(0, 0)]);
        while (todo.TryPop(out var at))
        {
            if (held[at.Position] is not null)
                continue;
            held[at.Position] = at.Held;
            var instruction = Programs[task][at.Position];
            var after = instruction.Op switch { Op.Lock => at.Held | (1UL << instruction.Operand), Op.Unlock => at.Held & ~(1UL << instruction.Operand), _ => at.Held };
            if (instruction.Op == Op.End)
                continue;
            todo.Push((at.Position + 1, after));
            if (instruction.Op == Op.JumpIfRevoked)
                todo.Push((instruction.To, after));
            if (instruction.Op == Op.Branch)
                todo.Push((instruction.Operand, after));
        }

        return held[position] ?? 0;
    }

    private static Instruction At(int task, int position) => Programs[task][position];

    private static Transition[] Go(int task, int position, object? target) => [new Transition(new LockTask(task, position), target, [], [], false)];

    private static IEnumerable<object> Cells(string kind, int count) => Enumerable.Range(0, count).Select(index => new Cell(kind, index, 0));

    private int SlotOf(int task, Instruction instruction) => instruction.Op switch
    {
        Op.Lock or Op.Unlock => tasks + instruction.Operand,
        Op.Get or Op.Put => tasks + Locks + instruction.Operand,
        Op.Map or Op.Unmap or Op.Wait => tasks + Locks + Objects + instruction.Operand,
        Op.Revoke or Op.Clear or Op.JumpIfRevoked => tasks + Locks + (2 * Objects) + instruction.Operand,
        Op.Store => tasks + Locks + (3 * Objects) + task,
        Op.Branch or Op.End => throw new InvalidOperationException($"{instruction.Op} goes to no machine"),
    };

    private Access AccessOf(int task, Instruction instruction)
    {
        var slot = SlotOf(task, instruction);
        return instruction.Op switch
        {
            Op.Wait or Op.JumpIfRevoked => Access.Read(slot),
            Op.Get or Op.Put or Op.Map or Op.Unmap => new Access(slot, 0, Access.Everything, 0),
            _ => Access.Write(slot),
        };
    }

    // get, map under the reservation lock unless revoked, perhaps work, unmap under it, touch the gate, put
    private static Instruction[] Importer(int o) =>
        Parse($"G {o};L 1;J {o} 20;S 1;M {o};U 1;B 9;S 2;S 3;L 1;S 1;S 2;S 3;N {o};U 1;L 2;S 0;U 2;P {o};E;U 1;P {o};E");

    // memory lock, revoke a, wait until unmapped, revoke b, wait, gate, clear both
    private static Instruction[] Revoker(int a, int b) =>
        Parse($"L 0;L 1;R {a};S 1;U 1;W {a};L 1;R {b};U 1;W {b};S 2;L 2;S 3;U 2;L 1;C {a};C {b};U 1;U 0;S 0;L 0;S 1;U 0;S 0;E");

    // map a under the memory lock, perhaps work, unmap, then get and put b under the gate and map b under memory lock and gate
    private static Instruction[] Fault(int a, int b) =>
        Parse($"L 0;J {a} 10;M {a};S 1;U 0;S 2;B 8;S 3;L 0;N {a};U 0;S 0;L 2;G {b};S 1;P {b};U 2;L 0;L 2;M {b};N {b};U 2;U 0;S 0;E");

    private static Instruction[] Parse(string text) => [.. text.Split(';').Select(line => line.Split(' ')).Select(words => new Instruction(
        "LUGPMNRCJWBSE".IndexOf(words[0], StringComparison.Ordinal) switch
        {
            0 => Op.Lock, 1 => Op.Unlock, 2 => Op.Get, 3 => Op.Put, 4 => Op.Map, 5 => Op.Unmap, 6 => Op.Revoke, 7 => Op.Clear, 8 => Op.JumpIfRevoked,
            9 => Op.Wait, 10 => Op.Branch, 11 => Op.Store, _ => Op.End,
        },
        Number(words, 1),
        Number(words, 2)))];

    private static int Number(string[] words, int index) => words.Length > index ? int.Parse(words[index], CultureInfo.InvariantCulture) : 0;
}
