using System.Reflection;
using Dlgs.Streams.Answers;
using Dlgs.Streams.Settings;
using Microsoft.AspNetCore.Mvc;

namespace Dlgs.Streams.Http;

/// <summary>
/// Refuses what a route does not know in its query string, and what is there twice. Passed over, "vlaue=alice" would count everybody's calls,
/// and let fraud through.
/// </summary>
internal static class KnownParameters
{
    public static EndpointFilterDelegate Of(EndpointFilterFactoryContext context, EndpointFilterDelegate next)
    {
        var known = context.MethodInfo.GetParameters()
            .Where(parameter => parameter.IsDefined(typeof(AsParametersAttribute)))
            .SelectMany(parameter => parameter.ParameterType.GetProperties())
            .Select(property => (property.GetCustomAttribute<FromQueryAttribute>()?.Name, property.PropertyType.IsArray))
            .Where(parameter => parameter.Name is not null)
            .ToDictionary(parameter => parameter.Name!, parameter => parameter.IsArray);
        return invocation =>
        {
            foreach (var (name, values) in invocation.HttpContext.Request.Query)
            {
                if (!known.TryGetValue(name, out var isRepeated)) throw Unknown(name, known.Keys);
                if (values.Count > 1 && !isRepeated) throw QueryRefusal.Argument(name, "once.");
                // Of +49... it is what is left: nobody has that number, and its count is 0.
                if (values.Any(value => value!.StartsWith(' ') && name != "position")) throw QueryRefusal.Argument(name, "no space first; a + is %2B here.");
            }
            return next(invocation);
        };
    }

    private static QueryRefusal Unknown(string name, Dictionary<string, bool>.KeyCollection known) =>
        QueryRefusal.Argument(name.Length > 40 ? name[..40] + "..." : name, known.Count == 0 ? "no parameter of this path; it takes none."
            : NearestName.Of(name, known) is { } nearest ? $"no parameter of this path; is '{nearest}' meant?"
            : $"no parameter of this path; {string.Join(", ", known)}.");
}
