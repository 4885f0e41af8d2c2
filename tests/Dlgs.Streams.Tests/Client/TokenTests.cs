using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace Dlgs.Streams.Tests.Client;

/// <summary>A client says who it is by a token, which is replaced while it runs.</summary>
public sealed class TokenTests : IDisposable
{
    private readonly string tokenFile = Path.GetTempFileName();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Token_is_read_again_when_its_file_is_replaced()
    {
        await using var instance = await ScriptedInstance.StartAsync();
        await File.WriteAllTextAsync(tokenFile, "first.token\n", Cancellation);
        using var queries = Of(instance, new ServiceOptions { TokenFile = tokenFile });
        await queries.CountAsync(new CountRequest(), cancellation: Cancellation);
        Assert.Equal("Bearer first.token", instance.Shown.Last());
        await File.WriteAllTextAsync(tokenFile, "second-token==", Cancellation);
        while (instance.Shown.Last() != "Bearer second-token==") await queries.CountAsync(new CountRequest(), cancellation: Cancellation);
    }

    [Fact]
    public async Task Token_of_a_delegate_is_asked_for_with_each_question_and_its_failure_is_told()
    {
        await using var instance = await ScriptedInstance.StartAsync();
        var tokens = 0;
        var options = new ServiceOptions { Token = _ => ValueTask.FromResult($"token-{++tokens}") };
        using var queries = Of(instance, options);
        await queries.CountAsync(new CountRequest(), cancellation: Cancellation);
        await queries.CountAsync(new CountRequest(), cancellation: Cancellation);
        Assert.Equal(["Bearer token-1", "Bearer token-2"], instance.Shown);
        using var without = Of(instance, options with { Token = _ => throw new InvalidOperationException("the issuer is away") });
        var failure = await Assert.ThrowsAsync<UnauthenticatedException>(() => without.CountAsync(new CountRequest(), cancellation: Cancellation));
        Assert.Equal("There is no token: the issuer is away", failure.Message);
        using var wrong = Of(instance, options with { Token = _ => ValueTask.FromResult("two\r\nlines") });
        await Assert.ThrowsAsync<UnauthenticatedException>(() => wrong.CountAsync(new CountRequest(), cancellation: Cancellation));
        using var never = Of(instance, options with { Token = async token => { await Task.Delay(Timeout.Infinite, token); return ""; } });
        await Assert.ThrowsAsync<TimedOutException>(() => never.CountAsync(new CountRequest(), TimeSpan.FromMilliseconds(50), Cancellation));
    }

    [Theory]
    [InlineData("http://10.0.0.7:5090")]
    [InlineData("http://127.0.0.1:5090,http://10.0.0.7:5090")]
    [InlineData("dns:localhost:5090")]
    public void Token_never_goes_where_others_can_read_it(string address)
    {
        var options = new ServiceOptions { Address = address, Token = _ => ValueTask.FromResult("t") };
        var refused = Assert.Throws<ArgumentException>(() => new DialogQueries(options));
        Assert.Contains("https:// or to loopback", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caller_who_is_not_known_and_one_who_may_not_are_told_apart_and_not_asked_again()
    {
        await using var instance = await ScriptedInstance.StartAsync();
        using var queries = Of(instance, new ServiceOptions());
        instance.Does = _ => throw new RpcException(new Status(StatusCode.Unauthenticated, "Who are you?"));
        await Assert.ThrowsAsync<UnauthenticatedException>(() => queries.CountAsync(new CountRequest(), cancellation: Cancellation));
        instance.Does = _ => throw new RpcException(new Status(StatusCode.PermissionDenied, "cn:policy has not the role read."));
        var denied = await Assert.ThrowsAsync<PermissionDeniedException>(() => queries.CountAsync(new CountRequest(), cancellation: Cancellation));
        Assert.Equal("cn:policy has not the role read.", denied.Message);
        Assert.Equal(2, instance.Asked.Count);
    }

    [Fact]
    public async Task File_that_is_no_token_is_a_bad_argument_and_is_not_shown()
    {
        Refuses("/no/such.token", new ServiceOptions { TokenFile = "/no/such.token" });
        Refuses("has no bearer token", new ServiceOptions { TokenFile = tokenFile });
        await File.WriteAllTextAsync(tokenFile, "two tokens", Cancellation);
        Refuses("has no bearer token", new ServiceOptions { TokenFile = tokenFile });
        Refuses("one of them", new ServiceOptions { TokenFile = tokenFile, Token = _ => ValueTask.FromResult("t") });

        static void Refuses(string says, ServiceOptions options)
        {
            var refused = Assert.Throws<ArgumentException>(() => new DialogQueries(options));
            Assert.Contains(says, refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("two tokens", $"{refused}", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task File_is_looked_at_once_a_second_and_half_of_it_changes_nothing()
    {
        var time = new FakeTimeProvider();
        await File.WriteAllTextAsync(tokenFile, "1", Cancellation);
        var number = new Reread<int>([tokenFile], texts => int.TryParse(texts[0], out var read) ? read : throw new ArgumentException("no number"), time);
        await File.WriteAllTextAsync(tokenFile, "2", Cancellation);
        Assert.Equal(1, number.Current);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, number.Current);
        await File.WriteAllTextAsync(tokenFile, "x", Cancellation);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, number.Current);
        File.Delete(tokenFile);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, number.Current);
        await File.WriteAllTextAsync(tokenFile, "3", Cancellation);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, number.Current);
    }

    private static DialogQueries Of(ScriptedInstance instance, ServiceOptions options) =>
        new(options with { Address = instance.Address, Deadline = TimeSpan.FromSeconds(60) });

    public void Dispose() => File.Delete(tokenFile);
}
