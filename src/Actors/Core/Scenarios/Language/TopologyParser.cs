using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios.Language;

/// <summary>Reads the objects of a scenario without its processes: a topology file, or the object block of a whole scenario.</summary>
public static class TopologyParser
{
    /// <summary>The objects a text declares.</summary>
    /// <param name="text">Quoted comments and a block of objects, or a scenario.</param>
    /// <param name="fileName">The file as the user named it, for messages.</param>
    /// <exception cref="ScenarioSyntaxException">The first mistake of the text.</exception>
    public static Topology Parse(string text, string fileName)
    {
        var reader = new TokenReader(text, fileName);
        if (reader.Next.Is("vfio"))
            return ScenarioParser.Parse(text, fileName).Topology;
        while (reader.Next.Kind == TokenKind.Quoted)
            reader.Take();
        var objects = new ObjectTable();
        new ObjectParser(reader, objects).Read();
        return reader.Next.Kind == TokenKind.End ? objects.Topology(userTasks: 0) : throw reader.Unexpected("the end of the file");
    }
}
