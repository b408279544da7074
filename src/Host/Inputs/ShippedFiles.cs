namespace Actors.Host.Inputs;

/// <summary>Files that come with the program: scenarios/ and museum/.</summary>
public static class ShippedFiles
{
    /// <summary>The file of this name here, in a checkout; else the one beside the program.</summary>
    public static string Find(string path) => File.Exists(path) ? path : Path.Combine(AppContext.BaseDirectory, path);
}
