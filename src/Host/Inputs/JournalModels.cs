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
        var revision = RevisionOf(header);
        var model = new Model(revision, Parse(header), header.Policy);
        if (model.Hash != header.ModelHash && !bestEffort)
            throw new JournalException($"the journal was written by another model ({header.Tool}, model {header.ModelHash[..16]}; here {model.Hash[..16]}); --best-effort replays it and tells where it diverges");
        return model;
    }

    // A journal of a what-if variant brings the edits along, whatever has become of the patch file.
    private static KernelRevision RevisionOf(JournalHeader header)
    {
        if (header.Edits.Length == 0)
            return KernelRevisions.Find(header.Revision) ?? throw new JournalException($"the journal was written under revision '{header.Revision}', which this build does not know");
        try
        {
            var patch = PatchFile.Parse("(the journal's edits)", header.Edits);
            return patch.Bases is [var name] && KernelRevisions.Find(name) is { } row ? patch.ApplyTo(row, header.Revision) : throw new JournalException("the journal's edits name no revision they were made for");
        }
        catch (InputException error)
        {
            throw new JournalException($"the journal's revision {header.Revision} cannot be built: {error.Message.Split('\n')[0]}", error);
        }
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
