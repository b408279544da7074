using System.Runtime.ExceptionServices;
using Akka.Actor.Internal;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Creation, failure, restart and end.</summary>
public partial class ActorCell
{
    /// <summary>Who failed: this actor or the child whose failure it escalates. Null while all is well.</summary>
    private IActorRef _perpetrator;

    private void Create(Exception failure)
    {
        if (failure is not null) throw failure;
        try
        {
            _actor = NewActor();
            UseThreadContext(_actor, static actor => actor.AroundPreStart());
            CheckReceiveTimeout();
        }
        catch (Exception cause)
        {
            if (_actor is not null) ClearActor(_actor);
            _actor = null; // Resume and Recreate see by this that creation failed.
            throw new ActorInitializationException(Self, "Exception during creation", cause);
        }
    }

    private ActorBase NewActor()
    {
        ActorBase actor = null;
        _behaviors.Clear();
        ActorHasBeenCleared = false;
        UseThreadContext(this, cell =>
        {
            actor = cell.Props.NewActor();
            if (actor is IActorStash stashing && stashing.Stash is null) stashing.Stash = new MailboxStash(cell);
            (actor as IInitializableActor)?.Init();
        });
        actor.SupervisorStrategyInternal = Props.SupervisorStrategy;
        return actor;
    }

    private void ClearActor(ActorBase actor)
    {
        try
        {
            (actor as IDisposable)?.Dispose();
        }
        catch (Exception cause)
        {
            Publish(new Error(cause, Self.Path.ToString(), ActorType, "An error occurred while disposing an actor"));
        }

        actor?.Clear(System.DeadLetters);
        ActorHasBeenCleared = true;
        CurrentMessage = null;
        _behaviors.Clear();
    }

    private void FaultSuspend()
    {
        Dispatcher.Suspend(this);
        SuspendChildren();
    }

    private void FaultResume(Exception causedByFailure)
    {
        if (_actor is null)
        {
            FaultCreate();
            return;
        }

        var perpetrator = _perpetrator;
        Dispatcher.Resume(this);
        if (causedByFailure is not null) _perpetrator = null;
        ResumeChildren(causedByFailure, perpetrator);
    }

    private void FaultRecreate(Exception cause)
    {
        if (_actor is null)
        {
            FaultCreate();
        }
        else if (_children.IsNormal)
        {
            PrepareRestart(cause);
            if (!_children.Await(new SuspendReason.Recreation(cause))) FinishRecreate(cause);
        }
        else
        {
            FaultResume(null); // Keeps the suspend counter balanced.
        }
    }

    private void PrepareRestart(Exception cause)
    {
        var failed = _actor;
        var message = CurrentMessage;
        try
        {
            failed.AroundPreRestart(cause, message);
            (failed as IActorStash)?.Stash.UnstashAll();
        }
        catch (Exception second)
        {
            var both = new PreRestartException(Self, second, cause, message);
            Publish(new Error(both, Self.Path.ToString(), failed.GetType(), second.Message));
        }
        finally
        {
            ClearActor(failed);
        }
    }

    private void FinishRecreate(Exception cause)
    {
        var survivors = _children.Refs;
        try
        {
            ResumeSelf();
            _actor = NewActor();
            UseThreadContext((_actor, cause), static fresh => fresh._actor.AroundPostRestart(fresh.cause, null));
            foreach (var child in survivors) child.Restart(cause);
        }
        catch (Exception second)
        {
            if (_actor is not null) ClearActor(_actor); // So that PreRestart does not run again for it.
            HandleInvokeFailure(new PostRestartException(Self, second, cause), survivors);
        }
    }

    /// <summary>Restart of an actor that never came to be.</summary>
    private void FaultCreate()
    {
        SetReceiveTimeout(null);
        CancelReceiveTimeout();
        StopChildren();
        if (!_children.Await(new SuspendReason.Creation())) FinishCreate();
    }

    private void FinishCreate()
    {
        ResumeSelf();
        try
        {
            Create(failure: null);
        }
        catch (Exception cause)
        {
            HandleInvokeFailure(cause);
        }
    }

    private void ResumeSelf()
    {
        try
        {
            Dispatcher.Resume(this);
        }
        finally
        {
            _perpetrator = null;
        }
    }

    /// <summary>Suspends this actor and its children and asks the parent what to do.</summary>
    private void HandleInvokeFailure(Exception cause, IEnumerable<IInternalActorRef> childrenNotToSuspend = null)
    {
        if (_perpetrator is not null) return;
        try
        {
            Dispatcher.Suspend(this);
            var except = childrenNotToSuspend?.ToList<IActorRef>() ?? [];
            if (CurrentMessage is Failed) except.Add(Sender);
            _perpetrator = CurrentMessage is Failed ? Sender : Self;
            SuspendChildren(except);
            Parent.SendSystemMessage(new Failed(Self, cause, Self.Path.Uid));
        }
        catch (Exception second)
        {
            Publish(new Error(second, Self.Path.ToString(), ActorType, $"Emergency stop: exception in failure handling for {cause}"));
            StopChildren();
            FinishTerminate();
        }
    }

    private void HandleFailed(Failed failed)
    {
        CurrentMessage = failed;
        Sender = failed.Child;
        var stats = _children.Find(failed.Child);
        // The uid guards against a child that was replaced by another one of the same name.
        if (stats is null || stats.Child.Path.Uid != failed.Uid) return;
        if (!_actor.SupervisorStrategyInternal.HandleFailure(this, failed.Child, failed.Cause, stats, _children.Stats))
            ExceptionDispatchInfo.Capture(failed.Cause).Throw();
    }

    private void Terminate()
    {
        SetReceiveTimeout(null);
        CancelReceiveTimeout();
        UnwatchWatchedActors();
        StopChildren();
        var wasTerminating = _children.IsTerminating;
        if (!_children.Await(new SuspendReason.Termination()))
        {
            _children.Close();
            FinishTerminate();
        }
        else if (!wasTerminating)
        {
            Dispatcher.Suspend(this); // No user messages while the children end,
            _perpetrator = Self;      // and no failure goes to the parent.
        }
    }

    /// <summary>The order matters: the parent learns of the end before the watchers do.</summary>
    private void FinishTerminate()
    {
        var actor = _actor;
        try
        {
            actor?.AroundPostStop();
            (actor as IActorStash)?.Stash.UnstashAll();
        }
        catch (Exception cause)
        {
            Publish(new Error(cause, Self.Path.ToString(), ActorType, cause.Message));
        }

        System.EventStream.Unsubscribe(Self);
        Dispatcher.Detach(this);
        Parent.SendSystemMessage(new DeathWatchNotification(Self, existenceConfirmed: true, addressTerminated: false));
        TellWatchersWeDied();
        UnwatchWatchedActors();
        ClearActor(actor);
        _stashedSystemMessages.Clear();
        _actor = null;
    }
}
