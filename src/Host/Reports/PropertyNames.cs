using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Host.Reports;

/// <summary>How properties and obligations are called in a report.</summary>
public static class PropertyNames
{
    /// <summary>The property as a sentence.</summary>
    public static string Title(Property property) => property switch
    {
        Property.P1 => "no access to an inaccessible function",
        Property.P2 => "flag and device agree",
        Property.P3 => "revoked means no new mapping",
        Property.P4 => "told when it is true",
        Property.P5 => "on the list exactly while owned",
        Property.P6 => "the registration ledger balances",
        Property.P7 => "no dereference of what may be gone",
        Property.P8 => "a file is used only while it is valid",
        Property.P9 => "progress",
        Property.P10 => "unbind ends",
        Property.P11 => "failure changes nothing",
        Property.P12 => "CPU and peers lose access together",
        Property.Locks => "lock assertions, releases by holders",
        Property.Answers => "answers as the interface documents",
        Property.Quiescence => "nothing left open at the end",
    };

    /// <summary>The property a check step's obligation is part of.</summary>
    public static Property Of(Obligation obligation) => obligation switch
    {
        Obligation.AccessReachesFunction or Obligation.NoMappingAlive or Obligation.MapReachesFunction => Property.P1,
        Obligation.FlagAgrees => Property.P2,
        Obligation.NoMapWhileRevoked => Property.P3,
        Obligation.ToldWhenTrue => Property.P4,
        Obligation.ListMatchesOwner => Property.P5,
        Obligation.FailureChangesNothing => Property.P11,
        Obligation.AnswerIsDocumented or Obligation.TphIsWhole => Property.Answers,
        Obligation.PteOnlyWhileAccessible or Obligation.CpuAndPeersTogether => Property.P12,
    };
}
