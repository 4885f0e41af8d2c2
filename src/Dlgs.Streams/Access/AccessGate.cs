namespace Dlgs.Streams.Access;

/// <summary>
/// Stands before everything else at a listener. Strangers get one answer, whatever they ask for, so they learn nothing: neither what there is, nor
/// what there is not. Whoever is somebody gets as far as its roles.
/// </summary>
internal sealed class AccessGate(RequestDelegate next, Entrance entrance, WriteRefusal write)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (entrance.IsOpen)
        {
            await next(context);
            return;
        }
        var shown = ShownCredential.Of(context);
        var (caller, refusal) = await entrance.FindAsync(shown, context);
        refusal ??= entrance.Check(caller!, context);
        if (refusal is not null)
        {
            await write(context, refusal);
            return;
        }
        context.Features.Set(caller);
        if (Entrance.IsLong(context)) await RunWithAsync(shown, context);
        else await next(context);
    }

    private async Task RunWithAsync(ShownCredential shown, HttpContext context)
    {
        using var over = new CancellationTokenSource();
        var ending = entrance.EndWithAsync(shown, context.Abort, over.Token);
        try
        {
            await next(context);
        }
        finally
        {
            await over.CancelAsync();
            await ending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

/// <summary>Puts a gate before what a listener has.</summary>
internal static class GatedListeners
{
    public static void UseGate(this IApplicationBuilder listener, Entrance entrance, WriteRefusal write) =>
        listener.Use(next => new AccessGate(next, entrance, write).InvokeAsync);
}
