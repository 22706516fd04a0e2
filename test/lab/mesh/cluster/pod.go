package cluster

import (
	"fmt"
	"net"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"cdk8s-grpc-mesh/lab/echo"
	"cdk8s-grpc-mesh/lab/istiod"
	"cdk8s-grpc-mesh/lab/network"
	"cdk8s-grpc-mesh/lab/proxy"
	"cdk8s-grpc-mesh/lab/workload"
)

// A Pod runs: an application, a proxy, or both.
type Pod struct {
	Workload workload.Workload
	object   *corev1.Pod
	net      *network.Pod
	envoy    *proxy.Envoy // nil without a proxy
	app      *echo.Server // nil for a gateway
	ports    []int32

	envoyRuns, appRuns bool

	away    bool   // from the endpoints of its Services
	knownTo []*Pod // before it left
}

// Name is "namespace/name".
func (p *Pod) Name() string { return p.object.Namespace + "/" + p.object.Name }

// Account is the pod's identity in the mesh.
func (p *Pod) Account() string { return p.object.Spec.ServiceAccountName }

func newPod(w workload.Workload, replica int) (*Pod, error) {
	netPod, err := network.NewPod()
	if err != nil {
		return nil, err
	}
	pod := &Pod{Workload: w, net: netPod, object: w.Pod(replica, netPod.IP)}
	if w.Role == workload.Sidecar {
		return pod, netPod.Redirect()
	}
	return pod, nil
}

// listenOn collects the ports of the pod's containers and of the Services that
// select it.
func (p *Pod) listenOn(services []*corev1.Service) {
	for _, container := range p.object.Spec.Containers {
		for _, port := range container.Ports {
			p.ports = append(p.ports, port.ContainerPort)
		}
	}
	for _, service := range services {
		if len(selected(service, []*Pod{p})) == 0 {
			continue
		}
		for i := range service.Spec.Ports {
			p.ports = append(p.ports, targetPort(&service.Spec.Ports[i], p))
		}
	}
	slices.Sort(p.ports)
	p.ports = slices.Compact(p.ports)
}

func (p *Pod) newEnvoy(dir string, options Options) (err error) {
	kind := "sidecar"
	if p.Workload.Role == workload.Gateway {
		kind = "router"
	}
	var config map[string]any
	if err := yaml.Unmarshal([]byte(p.object.Annotations["proxy.istio.io/config"]), &config); err != nil {
		return fmt.Errorf("%s: annotation proxy.istio.io/config: %w", p.Name(), err)
	}
	p.envoy, err = proxy.New(options.Envoy, dir, p.net, proxy.Spec{
		Type:      kind,
		Pod:       p.object.Name,
		Namespace: p.object.Namespace,
		Account:   p.Account(),
		IP:        p.net.IP,
		Workload:  p.Workload.Name,
		Labels:    p.object.Labels,
		Config:    config,
		Server:    network.Gateway,
		Metrics:   options.Metrics,
		Flags:     options.EnvoyFlags,
	})
	return err
}

// Start runs what is not running. The caller waits for Ready.
func (p *Pod) Start() error {
	if p.app != nil && !p.appRuns {
		var listeners []net.Listener
		for _, port := range p.ports {
			listener, err := p.net.Listen(port)
			if err != nil {
				return fmt.Errorf("%s: %w", p.Name(), err)
			}
			listeners = append(listeners, listener)
		}
		p.app.Serve(listeners)
		p.appRuns = true
	}
	if p.envoy != nil && !p.envoyRuns {
		if err := p.envoy.Start(); err != nil {
			return err
		}
		p.envoyRuns = true
	}
	return nil
}

// Ready waits until the pod's proxy is ready.
func (p *Pod) Ready() error {
	if p.envoy == nil {
		return nil
	}
	return p.envoy.Ready()
}

// StopApp ends the application; its proxy lives on.
func (p *Pod) StopApp() {
	if p.appRuns {
		p.app.Stop()
		p.appRuns = false
	}
}

// StopProxy ends the proxy; the application lives on.
func (p *Pod) StopProxy() {
	if p.envoyRuns {
		p.envoy.Kill()
		p.envoyRuns = false
	}
}

// Dump is the effective configuration of the pod's proxy.
func (p *Pod) Dump() (map[string]any, error) {
	if p.envoy == nil {
		return nil, fmt.Errorf("%s has no proxy", p.Name())
	}
	return p.envoy.Dump()
}

// Stat adds up the counters of the pod's proxy whose names match.
func (p *Pod) Stat(expression string) (proxy.Count, error) {
	if p.envoy == nil {
		return proxy.Count{}, fmt.Errorf("%s has no proxy", p.Name())
	}
	return p.envoy.Stat(expression)
}

// Metric adds up the series of the pod's proxy that a PromQL selector finds.
func (p *Pod) Metric(selector string) (proxy.Count, error) {
	if p.envoy == nil {
		return proxy.Count{}, fmt.Errorf("%s has no proxy", p.Name())
	}
	return p.envoy.Metric(selector)
}

// Printed counts the lines of the pod's proxy that match.
func (p *Pod) Printed(expression string) (proxy.Count, error) {
	if p.envoy == nil {
		return proxy.Count{}, fmt.Errorf("%s has no proxy", p.Name())
	}
	return p.envoy.Printed(expression)
}

// File is where the pod's proxy writes what its configuration calls by this
// name.
func (p *Pod) File(name string) string { return p.envoy.File(name) }

// HasProxy tells whether the pod has one.
func (p *Pod) HasProxy() bool { return p.envoy != nil }

func (p *Pod) spiffe(trustDomain string) string {
	return istiod.SPIFFE(trustDomain, p.object.Namespace, p.Account())
}
