using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Properties;

/// <summary>A missed revoke is an event that is not there, and a trace shows only those that are: what would have discharged a broken obligation.</summary>
public static class MissingEvents
{
    /// <summary>The missing event in kernel words, or null when something that happened is wrong rather than something missing.</summary>
    public static string? Of(Violation violation) => (violation.Property, violation.Kind) switch
    {
        (Property.P1, "missed-revoke") => "a revoke and the unmap it waits for, between the map and the step that made the function inaccessible",
        (Property.P2, "stuck-revoked") => "vfio_pci_dma_buf_move(vdev, false) after the device became accessible again",
        (Property.P2, "missed-revoke") => "vfio_pci_dma_buf_move(vdev, true) before memory_lock was given back, or a test that keeps the un-revoke from happening",
        (Property.P3, "missed-revoke") => "a test of priv->revoked under dma_resv between taking the lock and the map",
        (Property.P4, "missed-revoke") => "a notification of the importer after priv->revoked was cleared",
        (Property.P5, "missed-revoke") => "list_add of the buffer to vdev->dmabufs before its fd can be used",
        (Property.P11, "stuck-revoked") => "the opposite vfio_pci_dma_buf_move() on the error path",
        (Property.P12, "missed-revoke") => "the zap of user PTEs, or the wait for unmaps, before memory_lock is given back",
        _ => null,
    };
}
