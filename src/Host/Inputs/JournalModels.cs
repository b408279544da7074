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
        var revision = RevisionOf(header.Revision, header.Edits);
        var model = new Model(revision, Parse(header), header.Policy);
        if (model.Hash != header.ModelHash && !bestEffort)
            throw new JournalException($"the journal was written by another model ({header.Tool}, model {header.ModelHash[..16]}; here {model.Hash[..16]}); --best-effort replays it and tells where it diverges");
        return model;
    }

    /// <summary>A row of the table, or a what-if variant from its edits: they are recorded, whatever has become of the patch file. <see cref="JournalException"/> when this build has no such revision.</summary>
    /// <param name="name">The revision's name.</param>
    /// <param name="edits">Its edits as a patch file has them; empty for a row.</param>
    public static KernelRevision RevisionOf(string name, string edits)
    {
        if (edits.Length == 0)
            return KernelRevisions.Find(name) ?? throw new JournalException($"the journal was written under revision '{name}', which this build does not know");
        try
        {
            var patch = PatchFile.Parse("(the journal's edits)", edits);
            return patch.Bases is [var origin] && KernelRevisions.Find(origin) is { } row ? patch.ApplyTo(row, name) : throw new JournalException("the journal's edits name no revision they were made for");
        }
        catch (InputException error)
        {
            throw new JournalException($"the journal's revision {name} cannot be built: {error.Message.Split('\n')[0]}", error);
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
