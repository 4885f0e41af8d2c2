using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Images;

namespace Dlgs.Streams.SystemTests.Containers;

/// <summary>docker build of the checkout that the tests were built from.</summary>
internal static class ImageBuild
{
    /// <summary>The same each time: the engine has the layers still where the sources are the same, too.</summary>
    public const string Version = "0.1.0-test";

    public const string Revision = "0123456789abcdef";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task<IImage> RunAsync()
    {
        await WaitForBaseImagesAsync();
        var image = new ImageFromDockerfileBuilder()
            .WithName("dlgs:test")
            .WithDockerfileDirectory(CommonDirectoryPath.GetSolutionDirectory(), "")
            .WithBuildArgument("VERSION", Version)
            .WithBuildArgument("REVISION", Revision)
            .Build();
        await image.CreateAsync(TestContext.Current.CancellationToken);
        return image;
    }

    /// <summary>Where they cannot be pulled, something else makes them meanwhile, and leaves its exit code in a file.</summary>
    private static async Task WaitForBaseImagesAsync()
    {
        if (Environment.GetEnvironmentVariable("BASE_IMAGES_MADE") is not { Length: > 0 } file) return;
        await Eventually.IsTrueAsync(() => File.Exists(file) && File.ReadAllText(file).EndsWith('\n'), Patience, () => $"the base images ({file})");
        Assert.True(File.ReadAllText(file).Trim() == "0", $"The base images could not be made: see {file}.log");
    }
}
