package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"regexp"

	"cdk8s-grpc-mesh/lab/istiod"
	"cdk8s-grpc-mesh/manifest"
)

// versionsVerb names the parts whose behaviour this program shows, and the
// Envoy that it would run.
func versionsVerb(args []string) int {
	flags := flag.NewFlagSet("lab versions", flag.ExitOnError)
	envoy := envoyFlag(flags)
	manifest.ParseArgs(flags, args)
	release, err := istiod.Release()
	if err != nil {
		manifest.Die(err)
	}
	versions := append([]manifest.Version{{Part: "Istio", Version: release}}, manifest.Versions(
		manifest.Part{Name: "istiod", Module: "istio.io/istio"},
		manifest.Part{Name: "Istio API", Module: "istio.io/api"},
		manifest.Part{Name: "go-control-plane", Module: "github.com/envoyproxy/go-control-plane/envoy"},
		manifest.Part{Name: "Gateway API", Module: "sigs.k8s.io/gateway-api"},
		manifest.Part{Name: "Kubernetes libraries", Module: "k8s.io/client-go"},
		manifest.Part{Name: "gRPC", Module: "google.golang.org/grpc"},
	)...)
	if version, err := envoyVersion(*envoy); err == nil {
		versions = append(versions, manifest.Version{Part: "Envoy", Version: version})
	}
	if err := manifest.WriteLines(os.Stdout, versions); err != nil {
		manifest.Die(err)
	}
	return manifest.Clean
}

// Envoy says "PATH  version: COMMIT/1.39.3/Clean/RELEASE/BoringSSL".
var envoyRelease = regexp.MustCompile(`version: [^/]*/([^/]*)/`)

func envoyVersion(envoy string) (string, error) {
	said, err := exec.Command(envoy, "--version").Output()
	if err != nil {
		return "", err
	}
	found := envoyRelease.FindSubmatch(said)
	if found == nil {
		return "", fmt.Errorf("%s does not say its version: %s", envoy, said)
	}
	return string(found[1]), nil
}
