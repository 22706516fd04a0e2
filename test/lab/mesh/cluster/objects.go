package cluster

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"cdk8s-grpc-mesh/lab/objects"
	"cdk8s-grpc-mesh/manifest"
)

// split gives Istio's documents and the complete objects of the kinds that
// istiod reads beside them. Other kinds are left out.
func split(docs []manifest.Document) (istio []manifest.Document, kubernetes []runtime.Object, err error) {
	namespaces := map[string]bool{}
	for _, doc := range docs {
		if doc.Metadata.Namespace != "" {
			namespaces[doc.Metadata.Namespace] = true
		}
	}
	addresses := 0
	for _, doc := range docs {
		if objects.IsIstio(doc.Head) {
			istio = append(istio, doc)
			continue
		}
		if !isRead(doc.Head) {
			continue
		}
		object, err := objects.Decode(doc)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", doc.Head, err)
		}
		switch o := object.(type) {
		case *corev1.Namespace:
			delete(namespaces, o.Name)
		case *corev1.Secret:
			completeSecret(o)
		case *corev1.Service:
			addresses++
			completeService(o, fmt.Sprintf("10.96.%d.%d", 1+addresses/200, 1+addresses%200))
		}
		kubernetes = append(kubernetes, object)
	}
	for name := range namespaces {
		kubernetes = append(kubernetes, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
	}
	return istio, kubernetes, nil
}

// isRead tells whether istiod reads objects of the kind.
func isRead(h manifest.Head) bool {
	switch h.Kind {
	case "Namespace", "Service", "Secret", "ConfigMap", "ServiceAccount":
		return h.Group() == ""
	}
	return objects.IsGatewayAPI(h) && objects.IsKnown(h)
}

// completeService does what an API server does.
func completeService(s *corev1.Service, address string) {
	if s.Namespace == "" {
		s.Namespace = "default"
	}
	if s.Spec.Type == "" {
		s.Spec.Type = corev1.ServiceTypeClusterIP
	}
	if s.Spec.ClusterIP == "" && s.Spec.Type != corev1.ServiceTypeExternalName {
		s.Spec.ClusterIP = address
	}
	s.Spec.ClusterIPs = []string{s.Spec.ClusterIP}
	objects.CompletePorts(s)
}

func completeSecret(s *corev1.Secret) {
	for name, value := range s.StringData {
		if s.Data == nil {
			s.Data = map[string][]byte{}
		}
		s.Data[name] = []byte(value)
	}
	s.StringData = nil
}
