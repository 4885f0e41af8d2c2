namespace Dlgs.Streams.SystemTests;

/// <summary>Waiting on a condition with a deadline: the one place where a test lets time pass.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    public static async Task IsTrueAsync(Func<bool> condition, TimeSpan patience, Func<string> what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < patience, $"Waited {patience.TotalSeconds} s for {what()}");
            await Task.Delay(Step, TestContext.Current.CancellationToken);
        }
    }
}
