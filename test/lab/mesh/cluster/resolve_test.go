package cluster

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"cdk8s-grpc-mesh/lab/network"
	"cdk8s-grpc-mesh/lab/workload"
)

// podLike is a pod that does not run.
func podLike(namespace, name string, role workload.Role, ip string) *Pod {
	return &Pod{
		Workload: workload.Workload{Namespace: namespace, Name: name, Role: role},
		net:      &network.Pod{IP: ip},
		object: &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name + "-0", Labels: map[string]string{"app": name}},
			Spec: corev1.PodSpec{Containers: []corev1.Container{{
				Ports: []corev1.ContainerPort{{Name: "grpc", ContainerPort: 50051}, {Name: "https", ContainerPort: 8443}},
			}}},
		},
	}
}

func serviceLike(namespace, name, ip string, ports ...corev1.ServicePort) *corev1.Service {
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec:       corev1.ServiceSpec{ClusterIP: ip, Selector: map[string]string{"app": name}, Ports: ports},
	}
}

func shop() *Cluster {
	https := corev1.ServicePort{Port: 443, TargetPort: intstr.FromString("https")}
	return &Cluster{
		Pods: []*Pod{
			podLike("shop", "web", workload.Sidecar, "10.244.0.2"),
			podLike("shop", "greeter", workload.Sidecar, "10.244.0.3"),
			podLike("legacy", "plain", workload.Plain, "10.244.0.4"),
			podLike("edge", "one", workload.Gateway, "10.244.0.5"),
			podLike("edge", "two", workload.Gateway, "10.244.0.6"),
		},
		services: []*corev1.Service{
			serviceLike("shop", "greeter", "10.96.0.1",
				corev1.ServicePort{Name: "grpc", Port: 80, TargetPort: intstr.FromString("grpc")},
				corev1.ServicePort{Name: "http", Port: 8080, TargetPort: intstr.FromInt32(8081)}),
			serviceLike("shop", "headless", corev1.ClusterIPNone),
			serviceLike("edge", "one", "10.96.0.2", https),
			serviceLike("edge", "two", "10.96.0.3", https),
		},
	}
}

func TestResolve(t *testing.T) {
	c := shop()
	for _, test := range []struct{ from, host, via, want, fault string }{
		{"shop/web", "greeter.shop.svc.cluster.local", "", "10.96.0.1:80", ""},
		{"shop/web", "greeter", "", "10.96.0.1:80", ""},
		{"shop/web", "example.org", "", nowhere + ":80", ""},
		{"shop/web", "shop/greeter", "", "10.244.0.3:80", ""},
		{"shop/web", "192.0.2.1", "", "192.0.2.1:80", ""},
		{"legacy/plain", "greeter.shop", "", "10.244.0.3:50051", ""},
		{"legacy/plain", "api.example.com", "edge/two", "10.244.0.6:80", ""},

		{"shop/web", "gretter.shop.svc.cluster.local", "", "", "there is no Service gretter"},
		{"legacy/plain", "gretter.shop.svc.cluster.local", "edge/one", "", "there is no Service gretter"},
		{"legacy/plain", "greeter.shop.svc.cluster.locl", "", "", "via is required"},
		{"shop/web", "headless", "", "", "selects no pod"},
		{"shop/web", "shop/gretter", "", "", "no pod"},
		{"legacy/plain", "api.example.com", "", "", "via is required: there are the gateways edge/one, edge/two"},
		{"legacy/plain", "api.example.com", "edge/three", "", "there is no gateway edge/three"},
		{"legacy/plain", "greeter.shop", "edge/one", "", "pass no gateway"},
		{"shop/web", "api.example.com", "edge/one", "", "pass no gateway"},
	} {
		from, err := c.Pod(test.from)
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.resolve(from, test.host, 80, test.via)
		if got != test.want || (err == nil) != (test.fault == "") || err != nil && !strings.Contains(err.Error(), test.fault) {
			t.Errorf("%s to %s: %q, %v", test.from, test.host, got, err)
		}
	}
}

func TestEnterByPortOfTheGateway(t *testing.T) {
	if got, err := shop().resolve(nil, "api.example.com", 443, "edge/one"); got != "10.244.0.5:8443" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestEnterByTheOnlyGatewayThatIsOpenOutside(t *testing.T) {
	c := shop()
	open := c.services[len(c.services)-1]
	open.Spec.Type = corev1.ServiceTypeLoadBalancer
	if got, err := c.resolve(nil, "api.example.com", 443, ""); got != "10.244.0.6:8443" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestHasPort(t *testing.T) {
	for to, want := range map[string]bool{
		"greeter.shop.svc.cluster.local:80": true,
		"greeter.shop:8080":                 true,
		"greeter.shop:50051":                false,
		"gretter.shop:80":                   false,
		"greeter.shop":                      false,
	} {
		if shop().HasPort(to) != want {
			t.Errorf("%s: %t", to, !want)
		}
	}
}

func TestEndpointSlice(t *testing.T) {
	c := shop()
	for away, want := range map[bool]string{false: "[10.244.0.3] 50051 8081", true: "[] 50051 8081"} {
		c.Pods[1].away = away
		slice := endpointSlice(c.services[0], c.Pods)
		addresses := []string{}
		for _, e := range slice.Endpoints {
			addresses = append(addresses, e.Addresses...)
		}
		if got := fmt.Sprint(addresses, *slice.Ports[0].Port, *slice.Ports[1].Port); got != want {
			t.Errorf("away %t: %s, want %s", away, got, want)
		}
	}
}

// To a client a fault of the lab looks like a refusal.
func TestFaultsOfTheLabAreNoted(t *testing.T) {
	c := &Cluster{}
	refused := errors.New("refused")
	if c.note(refused) != refused || c.note(nil) != nil || c.Healthy() != nil {
		t.Error("a refusal is no fault of the lab")
	}
	_, err := (&network.Pod{}).Dial(t.Context(), "192.0.2.1:1") // a namespace without a name cannot be entered
	if c.note(err) != err || c.Healthy() == nil {
		t.Errorf("%v was not noted", err)
	}
}
