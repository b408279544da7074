using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <content>Edits of locks as a whole.</content>
internal sealed partial class EditablePath
{
    private static readonly Dictionary<MachineKind, (Func<Locals, MachineRef?> Target, string Lock, string Unlock)> Held = new()
    {
        [MachineKind.MemoryLock] = (Paths.MemoryLock, "down_write(&vdev->memory_lock)", "up_write(&vdev->memory_lock)"),
        [MachineKind.DmaResv] = (Paths.DmaResv, "dma_resv_lock(priv->dmabuf->resv, NULL)", "dma_resv_unlock(priv->dmabuf->resv)"),
        [MachineKind.Igate] = (Paths.Igate, "mutex_lock(&vdev->igate)", "mutex_unlock(&vdev->igate)"),
        [MachineKind.PciDeviceLock] = (Paths.PciDeviceLock, "pci_dev_lock(vdev->pdev)", "pci_dev_unlock(vdev->pdev)"),
        [MachineKind.MmapLock] = (Paths.MmapLock, "mmap_write_lock(current->mm)", "mmap_write_unlock(current->mm)"),
        [MachineKind.DmaBufLock] = (Paths.DmaBufLock, "down_write(&vdev->dmabuf_lock)", "up_write(&vdev->dmabuf_lock)"),
        [MachineKind.PagesMutex] = (Paths.PagesMutex, "mutex_lock(&pages->mutex)", "mutex_unlock(&pages->mutex)"),
    };

    // A trylock without its lock is one that always succeeds: the function goes on as it does then.
    private void RemoveLock(MachineKind kind)
    {
        var own = nodes.FindAll(node => node.Step is Step.Send { Kind: not SendKind.Access } send && send.Target(SomeLocals)?.Kind == kind);
        if (own.Count == 0)
            throw new PathEditException($"{name} does not take this lock");
        foreach (var node in own)
        {
            if (node.Step is Step.Send { Kind: SendKind.Try } tried)
                node.Step = new Step.Assign(tried.Function, $"{tried.Text}: left out, succeeds", locals => locals with { Reply = 1 }) { Depth = tried.Depth, Mark = tried.Mark };
            else
                Remove([node]);
        }
    }

    private void HoldLock(MachineKind kind)
    {
        if (!Held.TryGetValue(kind, out var held))
            throw new PathEditException($"{name}: cannot hold this lock; it can hold {string.Join(", ", Held.Keys)}");
        if (nodes.Exists(node => node.Step is Step.Assign { MovesVdev: true }) || !Names(held.Target))
            throw new PathEditException($"{name} has no variable that names one such lock all the time");
        var function = nodes[^1].Step.Function;
        foreach (var end in nodes.FindAll(node => node.Step is Step.Return))
            Insert(Written(new PathBuilder(function).Unlock(held.Unlock, held.Target)), end, end);
        Insert(Written(new PathBuilder(function).Lock(held.Lock, held.Target)), nodes[0], nodes[0]);
    }

    // What the lock hangs on is a variable of the function if some step of it goes nowhere without it.
    private bool Names(Func<Locals, MachineRef?> target)
    {
        Locals[] without = [SomeLocals with { Vdev = null }, SomeLocals with { Priv = null }, SomeLocals with { Attach = null }];
        return Array.TrueForAll(without, locals => target(locals) is not null
            || nodes.Exists(node => node.Step is Step.Send send && send.Target(SomeLocals) is not null && send.Target(locals) is null));
    }

    private static List<Node> Written(PathBuilder path) => [.. path.Build().Steps.Where(step => step is Step.Send).Select(step => new Node(step))];
}
