package cluster

import (
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
)

const domain = ".svc.cluster.local"

// servicesOf lists the Services among the objects.
func servicesOf(all []runtime.Object) []*corev1.Service {
	var services []*corev1.Service
	for _, object := range all {
		if service, ok := object.(*corev1.Service); ok {
			services = append(services, service)
		}
	}
	return services
}

// endpointSlice does what the endpoint controller does: it lists the pods that
// the Service selects, but for those that have left.
func endpointSlice(service *corev1.Service, pods []*Pod) *discoveryv1.EndpointSlice {
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{
			Name:      service.Name + "-lab",
			Namespace: service.Namespace,
			Labels:    map[string]string{discoveryv1.LabelServiceName: service.Name},
		},
		AddressType: discoveryv1.AddressTypeIPv4,
	}
	ready := true
	for _, pod := range selected(service, pods) {
		if pod.away {
			continue
		}
		slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
			Addresses:  []string{pod.net.IP},
			Conditions: discoveryv1.EndpointConditions{Ready: &ready, Serving: &ready},
			TargetRef:  &corev1.ObjectReference{Kind: "Pod", Name: pod.object.Name, Namespace: pod.object.Namespace},
		})
	}
	for i := range service.Spec.Ports {
		port := &service.Spec.Ports[i]
		number := port.TargetPort.IntVal
		if first := selected(service, pods); len(first) > 0 {
			number = targetPort(port, first[0])
		}
		slice.Ports = append(slice.Ports, discoveryv1.EndpointPort{
			Name: &port.Name, Port: &number, Protocol: &port.Protocol, AppProtocol: port.AppProtocol,
		})
	}
	return slice
}

func selected(service *corev1.Service, pods []*Pod) []*Pod {
	var found []*Pod
	if len(service.Spec.Selector) == 0 {
		return nil
	}
	selector := labels.SelectorFromSet(service.Spec.Selector)
	for _, pod := range pods {
		if pod.object.Namespace == service.Namespace && selector.Matches(labels.Set(pod.object.Labels)) {
			found = append(found, pod)
		}
	}
	return found
}

// targetPort is the number of a Service's port at a pod.
func targetPort(port *corev1.ServicePort, pod *Pod) int32 {
	if name := port.TargetPort.StrVal; name != "" {
		for _, container := range pod.object.Spec.Containers {
			for _, p := range container.Ports {
				if p.Name == name {
					return p.ContainerPort
				}
			}
		}
	}
	return port.TargetPort.IntVal
}

// service finds a Service by a host name as a pod of the namespace would
// resolve it.
func (c *Cluster) service(host, namespace string) *corev1.Service {
	parts := strings.Split(strings.TrimSuffix(host, domain), ".")
	if len(parts) == 3 && parts[2] == "svc" {
		parts = parts[:2]
	}
	if len(parts) == 1 {
		parts = append(parts, namespace)
	}
	for _, service := range c.services {
		if len(parts) == 2 && service.Name == parts[0] && service.Namespace == parts[1] {
			return service
		}
	}
	return nil
}

// HasPort tells whether a Service declares the port of a host:port.
func (c *Cluster) HasPort(to string) bool {
	host, port, _ := strings.Cut(to, ":")
	service := c.service(host, "")
	return service != nil && slices.ContainsFunc(service.Spec.Ports, func(p corev1.ServicePort) bool {
		return strconv.Itoa(int(p.Port)) == port
	})
}
