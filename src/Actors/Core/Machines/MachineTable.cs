using System.Diagnostics;
using Actors.Core.Messages;

namespace Actors.Core.Machines;

/// <summary>The one function that live actors, replay and the explorer call: (state, message) -> outcome.</summary>
public static class MachineTable
{
    /// <summary>Lets the machine handle one message.</summary>
    public static Outcome Handle(MachineState state, Message message) => (state, message) switch
    {
        (Device device, DeviceMessage access) => DeviceMachine.Handle(device, access),
        (DeviceFile file, DeviceFileMessage access) => DeviceFileMachine.Handle(file, access),
        (DmaBuf buffer, DmaBufMessage access) => DmaBufMachine.Handle(buffer, access),
        (Attachment attachment, AttachmentMessage access) => AttachmentMachine.Handle(attachment, access),
        (DmaDevice device, DmaDeviceMessage access) => DmaDeviceMachine.Handle(device, access),
        (Lock state1, LockMessage access) => LockMachine.Handle(state1, access),
        (WwClass class1, WwClassMessage access) => WwClassMachine.Handle(class1, access),
        _ => throw new UnreachableException($"{state.GetType().Name} does not take {message}"),
    };
}
