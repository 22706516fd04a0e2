// Package cluster turns manifests into something that runs: istiod, a network
// namespace per pod, a real Envoy per proxy, an application per pod.
package cluster

import (
	"errors"
	"fmt"
	"os"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"istio.io/istio/pkg/test"

	"cdk8s-grpc-mesh/lab/certs"
	"cdk8s-grpc-mesh/lab/echo"
	"cdk8s-grpc-mesh/lab/istiod"
	"cdk8s-grpc-mesh/lab/jwt"
	"cdk8s-grpc-mesh/lab/network"
	"cdk8s-grpc-mesh/lab/workload"
	"cdk8s-grpc-mesh/manifest"
)

// Options of a cluster.
type Options struct {
	Envoy      string         // path of the binary
	MeshConfig map[string]any // changes of Istio's defaults
	Replicas   map[string]int // of workloads, 1 if not named
	EnvoyFlags []string       // more than those that every Envoy is started with
	Metrics    bool           // proxies keep only the metrics that they are told to keep
	KubeProxy  bool           // traffic that a proxy lets through to a Service's address arrives
}

// A Cluster is a running lab.
type Cluster struct {
	Pods     []*Pod
	Recorder *echo.Recorder
	Issuer   *jwt.Issuer // whom every RequestAuthentication trusts

	services    []*corev1.Service
	istiod      *istiod.Server
	trustDomain string
	mesh        *certs.Authority
	public      *certs.Authority
	outside     *network.Pod
	sources     map[string]bool // addresses of the outside beside its first
	faults      faults
}

// Start builds the cluster and waits until every proxy is ready. It must be
// called inside the lab's own namespaces. Everything it makes ends with them,
// or with t.
func Start(t test.Failer, docs, platform []manifest.Document, options Options) (*Cluster, error) {
	config, err := istiod.MeshConfig(options.MeshConfig)
	if err != nil {
		return nil, err
	}
	c := &Cluster{Recorder: echo.NewRecorder(), trustDomain: config.TrustDomain}
	if c.mesh, err = certs.New("mesh"); err != nil {
		return nil, err
	}
	if c.public, err = certs.New("public"); err != nil {
		return nil, err
	}
	all := append(slices.Clone(docs), platform...)
	if all, err = c.public.FillSecrets(all, all); err != nil {
		return nil, err
	}
	if c.Issuer, err = jwt.New(); err != nil {
		return nil, err
	}
	if all, err = c.Issuer.Trust(all); err != nil {
		return nil, err
	}
	istio, objects, err := split(all)
	if err != nil {
		return nil, err
	}
	c.services = servicesOf(objects)
	if err := c.makePods(t, all, options.Replicas); err != nil {
		return nil, err
	}
	for _, pod := range c.Pods {
		objects = append(objects, pod.object)
	}
	for _, service := range c.services {
		objects = append(objects, endpointSlice(service, c.Pods))
	}
	sds := &istiod.SDS{TrustDomain: c.trustDomain, Mesh: c.mesh, Public: c.public}
	if err := sds.Serve(t, network.Gateway); err != nil {
		return nil, err
	}
	if c.istiod, err = istiod.Start(t, network.Gateway, config, istio, objects, c.identities()); err != nil {
		return nil, err
	}
	if options.KubeProxy {
		if err := c.forwardServices(); err != nil {
			return nil, err
		}
	}
	return c, c.startPods(t, options)
}

func (c *Cluster) makePods(t test.Failer, docs []manifest.Document, replicas map[string]int) error {
	workloads, err := workload.Find(docs)
	if err != nil {
		return err
	}
	for name := range replicas {
		if !slices.ContainsFunc(workloads, func(w workload.Workload) bool { return w.String() == name }) {
			return fmt.Errorf("replicas: no workload %s", name)
		}
	}
	for _, w := range workloads {
		count, named := replicas[w.String()]
		if !named {
			count = 1
		}
		for replica := range count {
			pod, err := newPod(w, replica)
			if err != nil {
				return err
			}
			if w.Role != workload.Gateway {
				if pod.app, err = c.newApp(pod); err != nil {
					return err
				}
				pod.listenOn(c.services)
			}
			t.Cleanup(pod.net.Remove)
			c.Pods = append(c.Pods, pod)
		}
	}
	if c.outside, err = network.NewPod(); err != nil {
		return err
	}
	t.Cleanup(c.outside.Remove)
	return c.resolveNames()
}

// newApp makes the application of a pod. It can do TLS by itself, but knows
// nothing of the mesh.
func (c *Cluster) newApp(pod *Pod) (*echo.Server, error) {
	config, err := c.abroad(pod.object)
	return &echo.Server{Pod: pod.Name(), Labels: pod.object.Labels, Recorder: c.Recorder, TLS: config}, err
}

func (c *Cluster) identities() istiod.Identities {
	ids := istiod.Identities{}
	for _, pod := range c.Pods {
		ids[pod.net.IP] = pod.spiffe(c.trustDomain)
	}
	return ids
}

func (c *Cluster) startPods(t test.Failer, options Options) error {
	dir, err := os.MkdirTemp(network.Scratch, "envoy-")
	if err != nil {
		return err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	if options.Envoy, err = network.Share(options.Envoy); err != nil {
		return err
	}
	for _, pod := range c.Pods {
		if pod.Workload.Role != workload.Plain {
			if err := pod.newEnvoy(dir, options); err != nil {
				return err
			}
			t.Cleanup(pod.StopProxy)
		}
		if err := pod.Start(); err != nil {
			return err
		}
		t.Cleanup(pod.StopApp)
	}
	var failed []error
	for _, pod := range c.Pods {
		failed = append(failed, pod.Ready())
	}
	return errors.Join(failed...)
}

// Pod finds a pod by its name, or by its workload's name the first of them.
func (c *Cluster) Pod(name string) (*Pod, error) {
	for _, pod := range c.Pods {
		if pod.Name() == name || pod.Workload.String() == name {
			return pod, nil
		}
	}
	return nil, fmt.Errorf("no pod and no workload is called %q", name)
}

// PodAt finds a pod by its address, nil if there is none.
func (c *Cluster) PodAt(ip string) *Pod {
	for _, pod := range c.Pods {
		if pod.net.IP == ip {
			return pod
		}
	}
	return nil
}

// Behind lists the pods that answer at an address of a pod or of a Service.
func (c *Cluster) Behind(ip string) []*Pod {
	if pod := c.PodAt(ip); pod != nil {
		return []*Pod{pod}
	}
	for _, service := range c.services {
		if service.Spec.ClusterIP == ip {
			return selected(service, c.Pods)
		}
	}
	return nil
}
