using k8s.Models;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>The StatefulSet of a rendered folder, and what its program is told.</summary>
internal sealed class PodManifest
{
    public PodManifest(Rendering rendering)
    {
        Rendering = rendering;
        Set = rendering.Of<V1StatefulSet>("StatefulSet").Single();
        var maps = rendering.Of<V1ConfigMap>("ConfigMap").ToDictionary(map => map.Metadata.Name, map => map.Data);
        Settings = Program.EnvFrom.SelectMany(from => maps[from.ConfigMapRef.Name]).ToDictionary();
    }

    public Rendering Rendering { get; }

    public V1StatefulSet Set { get; }

    public V1PodSpec Spec => Set.Spec.Template.Spec;

    public V1Container Program => Spec.Containers.Single();

    /// <summary>Of the environment, except those that the pod's own fields give.</summary>
    public Dictionary<string, string> Settings { get; }

    public static async Task<PodManifest> OfAsync(string folder) => new(await Rendering.OfAsync(folder));

    /// <summary>All files that are mounted, with the Secret and its key.</summary>
    public IEnumerable<(string Path, string Secret, string Key)> Files =>
        from mount in Program.VolumeMounts
        let secret = Spec.Volumes.Single(volume => volume.Name == mount.Name).Secret
        from item in secret.Items
        select ($"{mount.MountPath}/{item.Path}", secret.SecretName, item.Key);

    public string SecretAt(string path) => Files.Single(file => file.Path == path).Secret;

    public int PortOf(string name) => Program.Ports.Single(port => port.Name == name).ContainerPort;
}
