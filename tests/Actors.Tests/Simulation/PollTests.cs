using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Tests.Simulation;

/// <summary>A pending poll callback keeps the file, whoever has let go of it, until its fence has called it.</summary>
public sealed class PollTests
{
    private const string Polled = """
        vfio t
        {
            v0: device;
            b0: dma_buf of v0;
            a0: importer KIND of b0;
        }
        P0 {
            epoll_add(b0);
            WORK
            r0 = epoll_wait(b0);
            r1 = epoll_add(b0);
            close(b0);
            r2 = epoll_wait(b0);
            r3 = epoll_add(b0);
        }
        exists (CLAUSE)
        """;

    [Theory]
    [InlineData("amdgpu", "", "0:r0=1 /\\ 0:r1=-EEXIST /\\ 0:r2=1 /\\ 0:r3=-EBADF", "Always")] // nothing to wait for; the importer keeps the file
    [InlineData("amdgpu", "dma(a0);", "0:r0=0", "Sometimes")] // the job's WRITE fence is one to wait for
    [InlineData("xe", "dma(a0);", "0:r0=1", "Always")] // a BOOKKEEP fence is none
    [InlineData("amdgpu", "dma(a0); epoll_wait(b0); close(b0);", "b0:freed=1", "Never")] // the importer keeps it
    [InlineData("unmaps", "detach(a0);", "0:r2=0 /\\ b0:freed=1", "Always")] // nobody keeps it: epoll has forgotten the file
    public void EpollWait_BesideFences_AnswersWhatTheyLeave(string kind, string work, string clause, string expected)
    {
        var text = Polled.Replace("KIND", kind, StringComparison.Ordinal).Replace("WORK", work, StringComparison.Ordinal).Replace("CLAUSE", clause, StringComparison.Ordinal);

        var result = new Explorer(new Model(KernelRevisions.M73, ScenarioParser.Parse(text, "t"), GrantPolicy.Barging)).Run();

        Assert.DoesNotContain(result.Findings, witness => !witness.Finding.IsOfClause);
        Assert.Equal(expected, Observation(result));
    }

    private static string Observation(ExplorationResult result) => result.Observation switch
    {
        { Positive: 0 } => "Never",
        { Negative: 0 } => "Always",
        _ => "Sometimes",
    };
}
