using Actors.Core.Journal;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Persistence;

namespace Actors.Host.Inputs;

/// <summary>The model a journal was written under.</summary>
public static class JournalModels
{
    /// <summary>Builds the model of a header; refuses a journal whose model this build does not have, unless best effort will do.</summary>
    public static Model Of(JournalHeader header, bool bestEffort)
    {
        if (KernelRevisions.Find(header.Revision) is not { } revision)
            throw new JournalException($"the journal was written under revision '{header.Revision}', which this build does not know");
        var model = new Model(revision, Parse(header), header.Policy);
        if (model.Hash != header.ModelHash && !bestEffort)
            throw new JournalException($"the journal was written by another model ({header.Tool}, model {header.ModelHash[..16]}; here {model.Hash[..16]}); --best-effort replays it and tells where it diverges");
        return model;
    }

    private static Scenario Parse(JournalHeader header)
    {
        try
        {
            return ScenarioParser.Parse(header.Scenario, "");
        }
        catch (ScenarioSyntaxException error)
        {
            throw new JournalException($"the journal's scenario cannot be read: {error.Message}", error);
        }
    }
}
