package main

import (
	"os"

	"cdk8s-grpc-mesh/manifest"
)

// versionsVerb names the parts whose behaviour this program shows.
func versionsVerb() int {
	if err := manifest.WriteLines(os.Stdout, manifest.Versions(
		manifest.Part{Name: "Kubernetes", Module: "k8s.io/kubernetes"},
		manifest.Part{Name: "etcd", Module: "go.etcd.io/etcd/server/v3"},
		manifest.Part{Name: "CRDs of Istio", Module: "istio.io/api"},
		manifest.Part{Name: "CRDs of the Gateway API", Module: "sigs.k8s.io/gateway-api"},
	)); err != nil {
		manifest.Die(err)
	}
	return manifest.Clean
}
