using System.Buffers.Binary;
using System.Collections;
using System.Security.Cryptography;
using System.Text;

namespace Actors.Core.Vocabulary;

/// <summary>A type that is written into a canonical encoding by name instead of by content: static data identical for all states.</summary>
public interface INamedConstant
{
    /// <summary>The name, unique within one model.</summary>
    string Name { get; }
}

/// <summary>The canonical encoding of a state and its 128-bit hash. Independent of process, culture and order of discovery.</summary>
public static class Fingerprint
{
    /// <summary>The first 128 bits of SHA-256 over the canonical encoding. Computed once per distinct state, at interning.</summary>
    public static UInt128 Of(object state)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encode(state), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary>The canonical encoding: type names and property values in order of declaration.</summary>
    public static byte[] Encode(object state)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        Write(writer, state);
        writer.Flush();
        return stream.ToArray();
    }

    private static void Write(BinaryWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.Write((byte)0);
                break;
            case bool flag:
                writer.Write((byte)(flag ? 2 : 1));
                break;
            case int number:
                writer.Write((byte)3);
                writer.Write(number);
                break;
            case uint number:
                writer.Write((byte)4);
                writer.Write(number);
                break;
            case long number:
                writer.Write((byte)5);
                writer.Write(number);
                break;
            case ulong number:
                writer.Write((byte)6);
                writer.Write(number);
                break;
            case string text:
                writer.Write((byte)7);
                writer.Write(text);
                break;
            case Enum member:
                writer.Write((byte)8);
                writer.Write(((IConvertible)member).ToInt32(null));
                break;
            case INamedConstant constant:
                writer.Write((byte)9);
                writer.Write(constant.Name);
                break;
            case IEnumerable elements:
                writer.Write((byte)10);
                foreach (var element in elements)
                    Write(writer, element);
                writer.Write((byte)11);
                break;
            default:
                writer.Write((byte)12);
                writer.Write(value.GetType().Name);
                foreach (var property in RecordShape.Of(value.GetType()))
                    Write(writer, property.GetValue(value));
                break;
        }
    }
}
