using System.Diagnostics.Metrics;
using Dlgs.Streams.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Dlgs.Streams.Tests.Metrics;

/// <summary>A meter of a test's own, and what whoever listens to it reads.</summary>
internal sealed class MeterReading : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().AddSingleton<ServiceMeter>().BuildServiceProvider();

    public ServiceMeter Meter => services.GetRequiredService<ServiceMeter>();

    /// <summary>The labels of a metric's series, in a word, with their values.</summary>
    public Dictionary<string, double> Of(string metric) => Of(metric, services);

    /// <summary>Lets a listener hear a metric as it is recorded.</summary>
    public void Enable(MeterListener listener, string metric)
    {
        var own = services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Name == metric && instrument.Meter.Scope == own) listener.EnableMeasurementEvents(instrument);
        };
    }

    /// <summary>Of a service's meter.</summary>
    public static Dictionary<string, double> Of(string metric, IServiceProvider services)
    {
        var read = new Dictionary<string, double>();
        using var listener = Listen(services, name => name == metric, (labels, value) => read.Add(labels, value));
        listener.RecordObservableInstruments();
        return read;
    }

    /// <summary>Bytes that are allocated for it each time that all are looked at.</summary>
    public static double CostOf(IServiceProvider services, int scrapes)
    {
        using var listener = Listen(services, _ => true, (_, _) => { });
        listener.RecordObservableInstruments();
        var start = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < scrapes; i++) listener.RecordObservableInstruments();
        return (GC.GetAllocatedBytesForCurrentThread() - start) / (double)scrapes;
    }

    private static MeterListener Listen(IServiceProvider services, Predicate<string> includes, Action<string, double> read)
    {
        var own = services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (includes(instrument.Name) && instrument.Meter.Scope == own) listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, labels, _) => read(Words(labels), value));
        listener.SetMeasurementEventCallback<int>((_, value, labels, _) => read(Words(labels), value));
        listener.SetMeasurementEventCallback<double>((_, value, labels, _) => read(Words(labels), value));
        listener.Start();
        return listener;
    }

    public void Dispose() => services.Dispose();

    private static string Words(ReadOnlySpan<KeyValuePair<string, object?>> labels) => string.Join(' ', labels.ToArray().Select(label => label.Value));
}
