using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace Contract.Tests;

/// <summary>Questions from outside actors, and tasks whose outcome becomes a message.</summary>
public sealed class AskTests() : TestKit("akka.loglevel = OFF")
{
    [Fact]
    public async Task Ask_WhenAnswered_CompletesWithTheAnswer() =>
        Assert.Equal("answer to question", await Responder().Ask<string>("question", TimeSpan.FromSeconds(10)));

    [Fact]
    public async Task Ask_WhenNobodyAnswers_TimesOut() =>
        await Assert.ThrowsAsync<AskTimeoutException>(() => Responder().Ask<string>("silence", TimeSpan.FromMilliseconds(20)));

    [Fact]
    public async Task Ask_WhenTheAnswerIsAFailure_Throws() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Responder().Ask<string>("failure", TimeSpan.FromSeconds(10)));

    [Fact]
    public async Task PipeTo_WhenTheTaskSucceeds_DeliversItsResult()
    {
        await Task.FromResult("result").PipeTo(TestActor, success: text => $"piped {text}");

        ExpectMsg("piped result");
    }

    [Fact]
    public async Task PipeTo_WhenTheTaskFails_DeliversAFailure()
    {
        await Task.FromException<string>(new InvalidOperationException("no")).PipeTo(TestActor);

        ExpectMsg<Status.Failure>(failure => failure.Cause.Message == "no");
    }

    [Fact]
    public async Task GracefulStop_WhenTheActorEnds_IsTrue() =>
        Assert.True(await Responder().GracefulStop(TimeSpan.FromSeconds(10)));

    private IActorRef Responder() => Sys.ActorOf(Props.Create(() => new Answers()));

    private sealed class Answers : ReceiveActor
    {
        public Answers()
        {
            Receive<string>(question => question == "silence", _ => { });
            Receive<string>(question => question == "failure", _ => Sender.Tell(new Status.Failure(new InvalidOperationException("no"))));
            Receive<string>(question => Sender.Tell($"answer to {question}"));
        }
    }
}
