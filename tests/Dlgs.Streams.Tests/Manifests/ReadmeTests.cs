using System.Text.RegularExpressions;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>README, "On Kubernetes", as it is typed.</summary>
public sealed class ReadmeTests : IDisposable
{
    private static readonly string[] Chapter =
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "README.md")).SkipWhile(line => line != "## On Kubernetes").Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)),
    ];

    private readonly DirectoryInfo copy = Directory.CreateTempSubdirectory("dlgs");

    public void Dispose() => copy.Delete(recursive: true);

    /// <summary>In a copy, beside the others.</summary>
    [Fact]
    public async Task Overlay_of_ones_own_has_its_image_and_its_settings_beside_the_others()
    {
        foreach (var file in Repository.Files("k8s", "*"))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy.FullName, file))!);
            File.Copy(Path.Combine(Repository.Root, file), Path.Combine(copy.FullName, file));
        }
        var name = Chapter.Select(line => Regex.Match(line, "`(k8s/overlays/[a-z]+)/kustomization.yaml`")).Single(match => match.Success).Groups[1].Value;
        var overlay = copy.CreateSubdirectory(name);
        File.WriteAllLines(Path.Combine(overlay.FullName, "kustomization.yaml"), Block("    resources:"));
        var rendering = Rendering.Parse(await Tool.RunAsync("kubectl", "kustomize", overlay.FullName));
        var pod = new PodManifest(rendering);
        Assert.Equal("registry.voice.example/dlgs:0.1.0", pod.Program.Image);
        Assert.EndsWith("cn:billing=read", pod.Settings["DLGS_ROLES"], StringComparison.Ordinal);
        Assert.Equal((await PodManifest.OfAsync("overlays/production")).Settings.Keys, pod.Settings.Keys);
    }

    [Fact]
    public void Folders_are_there_and_Secrets_are_made()
    {
        var text = string.Join('\n', Chapter);
        var folders = Regex.Matches(text, @"k8s/(?:base|overlays/[a-z]+)(?=[` \n])").Select(match => match.Value).Distinct().ToArray();
        Assert.Equal(Rendering.Folders.Select(folder => $"k8s/{folder.Data}").Order(), folders.Order());
        Assert.All(folders, folder => Assert.True(Directory.Exists(Path.Combine(Repository.Root, folder))));
        var certificates = File.ReadAllText(Path.Combine(Repository.Root, "k8s/overlays/production/certificates.yaml"));
        Assert.All(Regex.Matches(text, "`(dlgs-caller-[a-z]+)`"),
            match => Assert.Contains($"secretName: {match.Groups[1]}", certificates, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Block(string first) =>
        Chapter.SkipWhile(line => !line.StartsWith(first, StringComparison.Ordinal)).TakeWhile(line => line.StartsWith("    ", StringComparison.Ordinal));
}
