namespace Actors.Core.Revisions;

/// <summary>What an un-revoke tells importers, where BAR mmaps are backed by buffers.</summary>
public enum UnrevokeNotice
{
    /// <summary>It notifies them, waits for fences, then clears the flag.</summary>
    NotifiesFirst,

    /// <summary>Nothing: the state goes back to OK.</summary>
    Silent,
}

/// <summary>How the revoked state of a buffer is spelled.</summary>
public enum StatusNames
{
    /// <summary>The bit priv->revoked.</summary>
    RevokedBit,

    /// <summary>priv->status: OK, TEMP, PERM.</summary>
    OkTempPerm,

    /// <summary>priv->status: OK, REVOKED, DEAD.</summary>
    OkRevokedDead,
}
