package workload

import (
	"testing"

	_ "cdk8s-grpc-mesh/lab/env"

	"cdk8s-grpc-mesh/manifest"
)

func TestFind(t *testing.T) {
	docs, err := manifest.Parse([]byte(`
apiVersion: v1
kind: Namespace
metadata: {name: in, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: rev, labels: {istio.io/rev: stable}}
---
apiVersion: v1
kind: Namespace
metadata: {name: "off", labels: {istio-injection: disabled, istio.io/rev: stable}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: a, namespace: in}
spec: {template: {metadata: {labels: {app: a}}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: b, namespace: rev}
---
apiVersion: v1
kind: Pod
metadata: {name: c, namespace: in, labels: {sidecar.istio.io/inject: "false"}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: d, namespace: "off"}
---
apiVersion: v1
kind: Pod
metadata: {name: e, namespace: "off", labels: {sidecar.istio.io/inject: "true"}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: f, namespace: in}
spec: {template: {metadata: {annotations: {inject.istio.io/templates: gateway}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: g, labels: {gateway.networking.k8s.io/gateway-name: x}}
`))
	if err != nil {
		t.Fatal(err)
	}
	found, err := Find(docs)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Role{
		"in/a": Sidecar, "rev/b": Sidecar, "in/c": Plain, "off/d": Plain, "off/e": Sidecar, "in/f": Gateway, "default/g": Gateway,
	}
	if len(found) != len(want) {
		t.Errorf("found %v", found)
	}
	for _, w := range found {
		if w.Role != want[w.String()] {
			t.Errorf("%s is %s, want %s", w, w.Role, want[w.String()])
		}
	}
}

func TestPod(t *testing.T) {
	w := Workload{Namespace: "shop", Name: "web", Role: Sidecar}
	pod := w.Pod(1, "10.0.0.1")
	if pod.Name != "web-1" || pod.Status.PodIP != "10.0.0.1" || pod.Spec.ServiceAccountName != "default" {
		t.Errorf("got %+v", pod)
	}
	if pod.Labels["security.istio.io/tlsMode"] != "istio" || pod.Spec.Containers[0].Name != proxyContainer {
		t.Error("not injected")
	}
	w.Role = Plain
	if pod := w.Pod(0, ""); len(pod.Labels) > 0 || len(pod.Spec.Containers) > 0 {
		t.Error("injected")
	}
}
