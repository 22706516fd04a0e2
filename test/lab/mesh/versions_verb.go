package main

import (
	"fmt"
	"runtime/debug"

	"cdk8s-grpc-mesh/manifest"
)

// versionsVerb names the parts whose behaviour this program shows.
func versionsVerb([]string) int {
	names := map[string]string{
		"istio.io/istio":          "istiod",
		"istio.io/api":            "Istio API",
		"sigs.k8s.io/gateway-api": "Gateway API",
		"k8s.io/api":              "Kubernetes API",
		"google.golang.org/grpc":  "gRPC",
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			if name, ok := names[dep.Path]; ok {
				fmt.Println(name, dep.Version)
			}
		}
	}
	return manifest.Clean
}
