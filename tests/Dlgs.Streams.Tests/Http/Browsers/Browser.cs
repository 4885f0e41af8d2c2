using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Dlgs.Streams.Tests.Http.Browsers;

/// <summary>A Chromium without a window, and one page in it; it is told what to do by its DevTools protocol.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private const string Listening = "DevTools listening on ws://";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string[] Names = ["chromium-headless-shell", "chromium"];

    private readonly string folder = Directory.CreateTempSubdirectory("dlgs-browser").FullName;
    private readonly ClientWebSocket page = new();
    private readonly CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Process process;
    private int calls;

    private Browser(string program)
    {
        patience.CancelAfter(Patience);
        // Without a sandbox: it is root's in a container, and sees no page but ours.
        string[] arguments = ["--headless", "--no-sandbox", "--disable-dev-shm-usage", "--remote-debugging-port=0", $"--user-data-dir={folder}", "about:blank"];
        process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
    }

    /// <summary>Skips the test where there is none.</summary>
    public static async Task<Browser> OpenAsync(Uri address)
    {
        var program = Environment.GetEnvironmentVariable("PATH")!.Split(':')
            .SelectMany(path => Names.Select(name => Path.Combine(path, name))).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "none of Debian's chromium-headless-shell and chromium is there");
        var browser = new Browser(program!);
        try
        {
            await browser.GoAsync(address);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>What a script says in the page; a promise is waited for.</summary>
    public async Task<string?> RunAsync(string script)
    {
        var answer = await CallAsync("Runtime.evaluate", new JsonObject { ["expression"] = script, ["awaitPromise"] = true, ["returnByValue"] = true });
        Assert.True(answer["exceptionDetails"] is null, answer.ToJsonString());
        return answer["result"]?["value"]?.ToString();
    }

    /// <summary>Until a condition holds in the page.</summary>
    public Task UntilAsync(string condition) =>
        RunAsync($"new Promise(holds => {{ const look = () => {condition} ? holds() : setTimeout(look, 10); look(); }})");

    private async Task GoAsync(Uri address)
    {
        var said = await process.StandardError.ReadLineAsync(patience.Token);
        while (said?.StartsWith(Listening, StringComparison.Ordinal) == false) said = await process.StandardError.ReadLineAsync(patience.Token);
        var port = new Uri(said![Listening.IndexOf("ws:", StringComparison.Ordinal)..]).Port;
        using var http = new HttpClient();
        var targets = JsonNode.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/json/list"), patience.Token))!.AsArray();
        var socket = (string)targets.Single(target => (string?)target!["type"] == "page")!["webSocketDebuggerUrl"]!;
        await page.ConnectAsync(new Uri(socket), patience.Token);
        await CallAsync("Page.enable", []);
        await CallAsync("Page.navigate", new JsonObject { ["url"] = address.AbsoluteUri });
        while ((string?)(await ReadAsync())["method"] != "Page.loadEventFired")
        {
        }
    }

    private async Task<JsonNode> CallAsync(string method, JsonObject parameters)
    {
        var call = new JsonObject { ["id"] = ++calls, ["method"] = method, ["params"] = parameters };
        await page.SendAsync(System.Text.Encoding.UTF8.GetBytes(call.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
        while (true)
            if (await ReadAsync() is var message && (int?)message["id"] == calls)
                return message["result"]!;
    }

    private async Task<JsonNode> ReadAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[16_384];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await page.ReceiveAsync(buffer.AsMemory(), patience.Token);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(message.ToArray())!;
    }

    public async ValueTask DisposeAsync()
    {
        page.Dispose();
        patience.Dispose();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
