// Package istiod runs istiod's own configuration generation over the objects
// of a lab, and hands out the certificates of its workloads.
package istiod

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"

	"k8s.io/apimachinery/pkg/runtime"

	meshapi "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/schema/gatewayapi"
	"istio.io/istio/pkg/config/schema/gvr"
	"istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/kube/kclient/clienttest"
	"istio.io/istio/pkg/security"
	"istio.io/istio/pkg/test"

	"cdk8s-grpc-mesh/manifest"
)

// Ports on the address that Start is given.
const (
	XDSPort = 15010
	SDSPort = 15011
)

// MeshConfig is Istio's default with the scenario's changes.
func MeshConfig(changes map[string]any) (*meshapi.MeshConfig, error) {
	text, err := json.Marshal(changes)
	if err != nil {
		return nil, err
	}
	return mesh.ApplyMeshConfig(string(text), mesh.DefaultMeshConfig())
}

// Start serves the configuration that istiod makes of Istio's documents and of
// the cluster's objects. Objects must be complete: nothing sets defaults.
func Start(t test.Failer, address string, config *meshapi.MeshConfig, istio []manifest.Document, kubernetes []runtime.Object, identities Identities) {
	var text bytes.Buffer
	for _, doc := range istio {
		fmt.Fprintf(&text, "%s\n---\n", doc.JSON)
	}
	// Without this, routes of the Gateway API are ignored: the fake server's
	// CRDs carry no version.
	clear(gatewayapi.MinimumCRDVersions)
	server := xds.NewFakeDiscoveryServer(t, xds.FakeOptions{
		KubernetesObjects:          kubernetes,
		ConfigString:               text.String(),
		MeshConfig:                 config,
		DisableSecretAuthorization: true,
		KubeClientModifier: func(client kube.Client) {
			clienttest.MakeCRD(t, client, gvr.BackendTLSPolicy)
			clienttest.MakeCRD(t, client, gvr.ListenerSet)
		},
		ListenerBuilder: func() (net.Listener, error) {
			return net.Listen("tcp", fmt.Sprintf("%s:%d", address, XDSPort))
		},
	})
	server.Discovery.Authenticators = []security.Authenticator{identities}
	server.EnsureSynced(t)
}
