using Dlgs.Streams.Logging;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Hosting;

/// <summary>The log of the service: what is in it, in which form, and what is masked.</summary>
internal static class ServiceLog
{
    public static void AddServiceLog(this ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.AddConfiguration(configuration.GetSection("Logging")).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning);
        // What keeps the service from starting is said by the command; health is asked for.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
            // Else each request begins an Activity and a scope that nobody reads. What a request fails on, Kestrel says.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // The console is written to behind the mask alone.
        logging.AddConsole().AddConsoleFormatter<LogLines, ConsoleFormatterOptions>().ClearProviders();
        logging.Services.AddMask().AddSingleton<ConsoleLoggerProvider>().AddSingleton<ILoggerProvider>(provider =>
            new MaskedLog(provider.GetRequiredService<ConsoleLoggerProvider>(), provider.GetRequiredService<Mask>(),
                provider.GetRequiredService<TimeProvider>()));
        logging.Services.AddOptions<LoggerFilterOptions>().Configure<IOptions<LogOptions>>((filter, log) => filter.MinLevel = log.Value.Least);
        logging.Services.AddOptions<ConsoleLoggerOptions>().Configure<IOptions<LogOptions>>((console, log) => console.FormatterName = log.Value.Form);
        logging.Services.Configure<JsonConsoleFormatterOptions>(json => (json.UseUtcTimestamp, json.TimestampFormat) = (true, LogLines.TimeFormat));
    }

    /// <summary>For whoever logs what a call or a caller has said.</summary>
    public static IServiceCollection AddMask(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new Mask { IsOff = provider.GetRequiredService<IOptions<LogOptions>>().Value.Unmask });
        return services;
    }
}
