using Dlgs.Streams.Hosting;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Images;

namespace Dlgs.Streams.SystemTests.Containers;

/// <summary>docker build of the checkout that the tests were built from.</summary>
internal static class ImageBuild
{
    public static async Task<IImage> RunAsync()
    {
        var image = new ImageFromDockerfileBuilder()
            .WithName("dlgs:test")
            .WithDockerfileDirectory(CommonDirectoryPath.GetSolutionDirectory(), "")
            .WithBuildArgument("VERSION", ProgramVersion.Number)
            .WithBuildArgument("REVISION", ProgramVersion.Commit)
            .Build();
        await image.CreateAsync(TestContext.Current.CancellationToken);
        return image;
    }
}
