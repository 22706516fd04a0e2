// Package workload finds what would run in the manifests and makes the pods
// that the controllers of a cluster would make from it.
package workload

import (
	"fmt"
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cdk8s-grpc-mesh/lab/objects"
	"cdk8s-grpc-mesh/manifest"
)

// The role that the injector gives to a pod.
type Role string

const (
	Sidecar Role = "sidecar" // its traffic passes its own proxy
	Gateway Role = "gateway" // it is nothing but a proxy
	Plain   Role = "plain"   // no proxy: outside the mesh
)

// A Workload is one pod template of the manifests.
type Workload struct {
	Head      manifest.Head
	Namespace string
	Name      string
	Role      Role
	Template  corev1.PodTemplateSpec
}

// String is how scenarios name a workload.
func (w Workload) String() string { return w.Namespace + "/" + w.Name }

// Find lists the workloads of the documents, in their order.
func Find(docs []manifest.Document) ([]Workload, error) {
	injected := injectedNamespaces(docs)
	var found []Workload
	for _, doc := range docs {
		template, err := templateOf(doc)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", doc.Head, err)
		}
		if template == nil {
			continue
		}
		namespace := doc.Metadata.Namespace
		if namespace == "" {
			namespace = "default"
		}
		found = append(found, Workload{
			Head:      doc.Head,
			Namespace: namespace,
			Name:      doc.Metadata.Name,
			Role:      roleOf(template, injected[namespace]),
			Template:  *template,
		})
	}
	return found, nil
}

func templateOf(doc manifest.Document) (*corev1.PodTemplateSpec, error) {
	switch doc.Group() + "/" + doc.Kind {
	case "apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "batch/Job", "batch/CronJob", "/Pod":
	default:
		return nil, nil
	}
	obj, err := objects.Decode(doc)
	if err != nil {
		return nil, err
	}
	switch o := obj.(type) {
	case *appsv1.Deployment:
		return &o.Spec.Template, nil
	case *appsv1.StatefulSet:
		return &o.Spec.Template, nil
	case *appsv1.DaemonSet:
		return &o.Spec.Template, nil
	case *batchv1.Job:
		return &o.Spec.Template, nil
	case *batchv1.CronJob:
		return &o.Spec.JobTemplate.Spec.Template, nil
	case *corev1.Pod:
		return &corev1.PodTemplateSpec{ObjectMeta: o.ObjectMeta, Spec: o.Spec}, nil
	}
	return nil, nil
}

func injectedNamespaces(docs []manifest.Document) map[string]bool {
	injected := map[string]bool{}
	for _, doc := range docs {
		if doc.Kind == "Namespace" && doc.Group() == "" {
			labels := doc.Metadata.Labels
			injected[doc.Metadata.Name] = labels["istio-injection"] == "enabled" ||
				labels["istio.io/rev"] != "" && labels["istio-injection"] == ""
		}
	}
	return injected
}

// roleOf repeats the injector's decision: the pod's own word counts more than
// its namespace's.
func roleOf(template *corev1.PodTemplateSpec, namespaceInjected bool) Role {
	if template.Labels["gateway.networking.k8s.io/gateway-name"] != "" ||
		template.Annotations["inject.istio.io/templates"] == "gateway" {
		return Gateway
	}
	own := template.Labels["sidecar.istio.io/inject"]
	if own == "" {
		own = template.Annotations["sidecar.istio.io/inject"]
	}
	if own == "true" || own == "" && (namespaceInjected || template.Labels["istio.io/rev"] != "") {
		return Sidecar
	}
	return Plain
}

// Pod makes the numbered pod of a workload as it looks once it runs.
func (w Workload) Pod(number int, ip string) *corev1.Pod {
	pod := &corev1.Pod{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{
			Name:        fmt.Sprintf("%s-%d", w.Name, number),
			Namespace:   w.Namespace,
			Labels:      maps.Clone(w.Template.Labels),
			Annotations: maps.Clone(w.Template.Annotations),
		},
		Spec: *w.Template.Spec.DeepCopy(),
		Status: corev1.PodStatus{
			Phase:      corev1.PodRunning,
			PodIP:      ip,
			PodIPs:     []corev1.PodIP{{IP: ip}},
			Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
		},
	}
	if pod.Spec.ServiceAccountName == "" {
		pod.Spec.ServiceAccountName = "default"
	}
	if w.Role != Plain {
		inject(pod)
	}
	return pod
}

const proxyContainer = "istio-proxy"

// inject leaves the traces of the injection that istiod and its analyzers
// look at.
func inject(pod *corev1.Pod) {
	if pod.Labels == nil {
		pod.Labels = map[string]string{}
	}
	pod.Labels["security.istio.io/tlsMode"] = "istio"
	proxy := corev1.Container{Name: proxyContainer, Image: "docker.io/istio/proxyv2:1.31.0"}
	for i, c := range pod.Spec.Containers {
		if c.Name == proxyContainer {
			pod.Spec.Containers[i].Image = proxy.Image
			return
		}
	}
	pod.Spec.Containers = append(slices.Clone(pod.Spec.Containers), proxy)
}
