// Package objects turns documents into the typed objects that Istio's own
// packages work with.
package objects

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/intstr"

	"istio.io/istio/pkg/kube"

	"cdk8s-grpc-mesh/manifest"
)

var (
	lenient = serializer.NewCodecFactory(kube.IstioScheme).UniversalDeserializer()
	strict  = serializer.NewCodecFactory(kube.IstioScheme, serializer.EnableStrict).UniversalDeserializer()
)

// IsIstio tells whether a document is of a kind that istiod's webhook judges.
func IsIstio(h manifest.Head) bool { return strings.HasSuffix(h.Group(), ".istio.io") }

// IsGatewayAPI tells whether a document is of the Kubernetes Gateway API.
func IsGatewayAPI(h manifest.Head) bool { return h.Group() == "gateway.networking.k8s.io" }

// IsKnown tells whether there is a Go type for the document's kind.
func IsKnown(h manifest.Head) bool {
	return kube.IstioScheme.Recognizes(schema.FromAPIVersionAndKind(h.APIVersion, h.Kind))
}

// IsKnownGroup tells whether there are Go types for other kinds of the group.
func IsKnownGroup(h manifest.Head) bool {
	return kube.IstioScheme.IsGroupRegistered(h.Group())
}

// CompletePorts sets the defaults of a Service's ports, as an API server does.
func CompletePorts(s *corev1.Service) {
	for i := range s.Spec.Ports {
		port := &s.Spec.Ports[i]
		if port.Protocol == "" {
			port.Protocol = corev1.ProtocolTCP
		}
		if port.TargetPort == (intstr.IntOrString{}) {
			port.TargetPort = intstr.FromInt32(port.Port)
		}
	}
}

// Decode makes the typed object of a document of a known kind.
func Decode(doc manifest.Document) (runtime.Object, error) {
	obj, _, err := lenient.Decode(doc.JSON, nil, nil)
	return obj, err
}

// DecodeStrict also refuses unknown fields.
func DecodeStrict(doc manifest.Document) (runtime.Object, error) {
	obj, _, err := strict.Decode(doc.JSON, nil, nil)
	return obj, err
}
