# The service and its commands, in an image that has neither a shell nor root. From the root of a checkout:
#   docker build -t dlgs --build-arg VERSION=0.1.0 --build-arg REVISION=$(git rev-parse HEAD) .
# Other bases will do that have .NET 10's SDK, and ASP.NET's runtime with OpenSSL. The native library of Kafka is for glibc and musl.
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled

# On the builder's own processor, for that of the image.
FROM --platform=$BUILDPLATFORM $SDK AS build
WORKDIR /source
# What packages are restored by changes seldom: their layer is used again.
COPY .editorconfig Directory.Build.props Directory.Packages.props global.json ./
COPY src/Directory.Build.props src/BannedSymbols.txt src/
COPY src/Dlgs.Streams/Dlgs.Streams.csproj src/Dlgs.Streams/packages.lock.json src/Dlgs.Streams/
COPY src/Dlgs.Streams.Client/Dlgs.Streams.Client.csproj src/Dlgs.Streams.Client/packages.lock.json src/Dlgs.Streams.Client/
COPY src/Dlgs.Streams.Contracts/Dlgs.Streams.Contracts.csproj src/Dlgs.Streams.Contracts/packages.lock.json src/Dlgs.Streams.Contracts/
COPY src/Dlgs.Streams.Core/Dlgs.Streams.Core.csproj src/Dlgs.Streams.Core/packages.lock.json src/Dlgs.Streams.Core/
RUN dotnet restore src/Dlgs.Streams --locked-mode -p:PublishReadyToRun=true
COPY protos protos
COPY src src
ARG TARGETARCH
ARG VERSION=0.1.0-unversioned
ARG REVISION=
RUN dotnet publish src/Dlgs.Streams --no-restore -a $TARGETARCH --no-self-contained -o /app \
    -p:PublishReadyToRun=true -p:RunAnalyzers=false -p:MinVerVersionOverride=$VERSION -p:SourceRevisionId=$REVISION

FROM $RUNTIME
ARG VERSION=0.1.0-unversioned
ARG REVISION=
ARG SOURCE=
LABEL org.opencontainers.image.title="Dlgs.Streams" \
      org.opencontainers.image.description="Counts and tracks the calls of all your SIP proxies, on Kafka." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION \
      org.opencontainers.image.source=$SOURCE
COPY --from=build /app /app
# Nothing is written to disk: .NET's sockets for debuggers would be, in /tmp. The probes can be asked from outside; all else is on loopback until it is set.
ENV PATH=/app:$PATH DOTNET_EnableDiagnostics=0 DLGS_PROBES=http://0.0.0.0:5081
# By its number, so that Kubernetes sees that it is not root.
USER 1654
# Loads the native library, here where it will run: an image in which it does not is none.
RUN ["dlgs", "--version"]
# Peers, HTTP, probes, gRPC.
EXPOSE 5070 5080 5081 5090
HEALTHCHECK --interval=10s --timeout=10s --start-period=30s CMD ["dlgs", "health"]
# It is the process that gets SIGTERM: it commits, and hands its partitions over.
ENTRYPOINT ["dlgs"]
CMD ["serve"]
