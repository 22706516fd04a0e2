// Package istiod runs istiod's own configuration generation over the objects
// of a lab, and hands out the certificates of its workloads.
package istiod

import (
	"encoding/json"
	"fmt"
	"net"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"

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

// A Server is istiod.
type Server struct {
	fake   *xds.FakeDiscoveryServer
	start  time.Time // when everything was created that does not say so itself
	rounds int       // of Replace

	mu     sync.Mutex
	pushed map[string]int // version of a round by proxy, see push
}

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
func Start(t test.Failer, address string, config *meshapi.MeshConfig, istio []manifest.Document,
	objects []runtime.Object, identities Identities) (*Server, error) {
	s := &Server{start: time.Now()}
	configs, err := s.parse(istio)
	if err != nil {
		return nil, err
	}
	// Without this, routes of the Gateway API are ignored: the fake server's
	// CRDs carry no version.
	clear(gatewayapi.MinimumCRDVersions)
	s.fake = xds.NewFakeDiscoveryServer(t, xds.FakeOptions{
		KubernetesObjects:          objects,
		Configs:                    configs,
		MeshConfig:                 config,
		DisableSecretAuthorization: true,
		DebounceTime:               5 * time.Millisecond, // or every object of a round is pushed by itself
		KubeClientModifier: func(client kube.Client) {
			clienttest.MakeCRD(t, client, gvr.BackendTLSPolicy)
			clienttest.MakeCRD(t, client, gvr.ListenerSet)
		},
		ListenerBuilder: func() (net.Listener, error) {
			return net.Listen("tcp", fmt.Sprintf("%s:%d", address, XDSPort))
		},
	})
	s.fake.Discovery.Authenticators = []security.Authenticator{identities}
	s.fake.Discovery.ProxyNeedsPush = s.notePush
	s.fake.EnsureSynced(t)
	return s, nil
}

// Kube is the client by which the cluster's objects may be changed.
func (s *Server) Kube() kubernetes.Interface { return s.fake.KubeClient().Kube() }
