using System.Text.RegularExpressions;
using Dlgs.Streams.Hosting;
using k8s.Models;
using YamlDotNet.RepresentationModel;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>The pods are what the program is: its ports, its name, its time to stop; and no more than it needs.</summary>
public sealed class PodManifestTests
{
    public static TheoryData<string> Folders => Rendering.Folders;

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Ports_are_those_of_the_settings(string folder)
    {
        var pod = await PodManifest.OfAsync(folder);
        var listeners = new[] { "grpc", "http", "peer", "probes" }
            .ToDictionary(name => name, name => new Uri(pod.Settings[$"DLGS_{name.ToUpperInvariant()}"]).Port);
        Assert.Equal(listeners, pod.Program.Ports.ToDictionary(port => port.Name, port => port.ContainerPort));
        foreach (var port in pod.Rendering.Of<V1Service>("Service").SelectMany(service => service.Spec.Ports))
            Assert.Equal(listeners[port.TargetPort.Value], port.Port);
        Assert.All(Named(pod), name => Assert.Contains(name, listeners.Keys));
        Assert.Contains("probes", Named(pod));
    }

    /// <summary>And each of them is let in by a policy, and found by Prometheus where all instances are, ready or not.</summary>
    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Ports_can_be_reached(string folder)
    {
        var pod = await PodManifest.OfAsync(folder);
        var let = pod.Rendering.Of<V1NetworkPolicy>("NetworkPolicy").SelectMany(policy => policy.Spec.Ingress ?? []).SelectMany(rule => rule.Ports);
        Assert.Equal(pod.Program.Ports.Select(port => port.Name).Order(), let.Select(port => port.Port.Value).Order());
        var monitor = pod.Rendering.OfKind("ServiceMonitor").Single().Root.At("spec");
        var wanted = ((YamlMappingNode)monitor.At("selector").At("matchLabels")).Select(label => KeyValuePair.Create($"{label.Key}", $"{label.Value}"));
        var found = Assert.Single(pod.Rendering.Of<V1Service>("Service"), service => !wanted.Except(service.Metadata.Labels).Any());
        Assert.True(found.Spec.PublishNotReadyAddresses);
        Assert.Contains(monitor.At("endpoints").Each().Single().Text("port"), found.Spec.Ports.Select(port => port.Name));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Instances_have_the_pods_names_and_find_each_other_by_the_headless_service(string folder)
    {
        var pod = await PodManifest.OfAsync(folder);
        var peers = pod.Rendering.Of<V1Service>("Service").Single(service => service.Metadata.Name == pod.Set.Spec.ServiceName);
        Assert.Equal("None", peers.Spec.ClusterIP);
        Assert.True(peers.Spec.PublishNotReadyAddresses);
        Assert.Equal($"dns:{peers.Metadata.Name}:{pod.PortOf("peer")}", pod.Settings["DLGS_PEERS"]);
        Assert.Equal("metadata.name", pod.Program.Env.Single(variable => variable.Name == "DLGS_INSTANCE").ValueFrom.FieldRef.FieldPath);
        Assert.Equal("Parallel", pod.Set.Spec.PodManagementPolicy);
        // All that selects pods selects these.
        var labels = pod.Set.Spec.Template.Metadata.Labels;
        Assert.All(pod.Rendering.Of<V1Service>("Service").Select(service => service.Spec.Selector)
            .Concat(pod.Rendering.Of<V1NetworkPolicy>("NetworkPolicy").Select(policy => policy.Spec.PodSelector.MatchLabels))
            .Concat(pod.Rendering.Of<V1PodDisruptionBudget>("PodDisruptionBudget").Select(budget => budget.Spec.Selector.MatchLabels))
            .Append(pod.Set.Spec.Selector.MatchLabels), selector => Assert.Subset(labels.ToHashSet(), selector.ToHashSet()));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Service_has_the_time_that_it_takes_to_stop(string folder)
    {
        var pod = await PodManifest.OfAsync(folder);
        var pause = pod.Program.Lifecycle.PreStop.Sleep.Seconds;
        Assert.InRange(pod.Spec.TerminationGracePeriodSeconds!.Value, pause + (2 * ServiceHost.StopTimeout.TotalSeconds), 60);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Program_may_no_more_than_it_needs(string folder)
    {
        var pod = await PodManifest.OfAsync(folder);
        Assert.False(pod.Spec.AutomountServiceAccountToken);
        Assert.False(pod.Spec.EnableServiceLinks);
        Assert.True(pod.Spec.SecurityContext is { RunAsNonRoot: true, RunAsUser: > 0, RunAsGroup: > 0, SeccompProfile.Type: "RuntimeDefault" });
        Assert.True(pod.Program.SecurityContext is { AllowPrivilegeEscalation: false, ReadOnlyRootFilesystem: true, Privileged: null or false });
        Assert.Equal(["ALL"], pod.Program.SecurityContext.Capabilities.Drop);
        Assert.Null(pod.Program.SecurityContext.Capabilities.Add);
        // Nothing but Secrets is mounted, for reading, of keys that are named, and others on the node do not read them.
        Assert.All(pod.Spec.Volumes, volume => Assert.True(volume.Secret is { DefaultMode: 0x120, Items.Count: > 0 }));
        Assert.All(pod.Program.VolumeMounts, mount => Assert.True(mount.ReadOnlyProperty));
        Assert.Equal(pod.Spec.Volumes.Count, pod.Program.VolumeMounts.Count);
    }

    /// <summary>The user whom files are readable for, and the ports that it listens at.</summary>
    [Fact]
    public async Task Pods_are_what_the_Dockerfile_makes()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "Dockerfile"));
        var pod = await PodManifest.OfAsync("base");
        Assert.Contains($"USER {pod.Spec.SecurityContext.RunAsUser}", lines);
        Assert.Equal(pod.Spec.SecurityContext.RunAsUser, pod.Spec.SecurityContext.FsGroup);
        Assert.Contains($"EXPOSE {string.Join(' ', pod.Program.Ports.Select(port => port.ContainerPort).Order())}", lines);
        Assert.Contains("ENTRYPOINT [\"dlgs\"]", lines);
    }

    /// <summary>What the description says is what pods wait for.</summary>
    [Fact]
    public async Task What_has_to_be_provided_is_told_where_it_is_missing()
    {
        var pod = await PodManifest.OfAsync("base");
        var told = Regex.Matches(pod.Set.Metadata.Annotations["kubernetes.io/description"], @"(dlgs-[a-z-]+) \(([^)]+)\)")
            .SelectMany(match => match.Groups[2].Value.Split(", "), (match, key) => (match.Groups[1].Value, key));
        Assert.Equal(pod.Files.Select(file => (file.Secret, file.Key)).Order(), told.Order());
        var head = File.ReadAllText(Path.Combine(Repository.Root, "k8s/base/kustomization.yaml"));
        Assert.All(pod.Files.GroupBy(file => file.Secret, file => file.Key),
            secret => Assert.Matches($@"Secret {secret.Key} +{Regex.Escape(string.Join(", ", secret))} ", head));
    }

    /// <summary>The ports that probes, policies and Prometheus name.</summary>
    private static string[] Named(PodManifest pod) =>
    [
        .. new[] { pod.Program.StartupProbe, pod.Program.LivenessProbe, pod.Program.ReadinessProbe }.Select(probe => probe.HttpGet.Port.Value),
        .. pod.Rendering.OfKind("ServiceMonitor").SelectMany(monitor => monitor.Root.At("spec").At("endpoints").Each()).Select(each => each.Text("port")),
        .. pod.Rendering.Of<V1NetworkPolicy>("NetworkPolicy").SelectMany(policy => policy.Spec.Ingress ?? []).SelectMany(rule => rule.Ports)
            .Select(port => port.Port.Value),
    ];
}
