namespace Dlgs.Streams.SystemTests;

/// <summary>A broker whose disk is full ends; with room again it is started again, and the service goes on by itself.</summary>
public sealed class DiskTests
{
    [Fact]
    public async Task Broker_whose_disk_is_full_comes_back_with_room_and_nothing_was_lost_or_repeated()
    {
        Assert.SkipWhen(BrokerProcess.Home is null, BrokerProcess.Missing);
        using var disk = SmallDisk.Require();
        using var broker = await LocalBroker.RequireAsync($"log.dirs={disk.Folder}/data");
        var traffic = new RecordedTraffic(broker.BootstrapServers);
        using var instances = new Instances(traffic);
        await instances.StartAsync("one", "two");
        using var paced = traffic.ReplayPaced();
        var recovery = new Recovery(broker.BootstrapServers, traffic.Topics.DialogStore, instances);
        await recovery.WaitForCommitsAsync("the beginning");
        disk.Fill(leavingBytes: 1_000_000);
        await broker.WaitForEndAsync();
        disk.Free();
        await recovery.MeasureAsync("the disk was full", broker.StartAgainAsync, () => Task.CompletedTask);
        await paced.InterruptAsync();
        using var replay = traffic.Replay();
        await traffic.CheckAsync(replay, instances.Running);
    }
}
