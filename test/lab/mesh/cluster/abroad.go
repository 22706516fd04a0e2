package cluster

import (
	"crypto/tls"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cdk8s-grpc-mesh/lab/certs"
	"cdk8s-grpc-mesh/lab/network"
)

// Annotations of a pod without a proxy that plays a server outside of the
// cluster.
const (
	names              = "lab/names"               // by which DNS finds it, with commas
	certificateNames   = "lab/certificate-names"   // of its certificate; default: the same
	authorityOf        = "lab/authority"           // of its certificate: "public" or "foreign"; default: public
	clientCertificates = "lab/client-certificates" // "required": it takes those of the public authority alone
)

// abroad gives what the pod shows to whoever speaks TLS to it.
func (c *Cluster) abroad(pod *corev1.Pod) (*tls.Config, error) {
	shown := listed(pod, certificateNames)
	if shown == nil {
		shown = append(listed(pod, names), pod.Name)
	}
	authority, err := c.serverAuthority(pod.Annotations[authorityOf])
	if err != nil {
		return nil, err
	}
	own, err := authority.Server(shown)
	if err != nil {
		return nil, err
	}
	certificate, err := own.TLS()
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2", "http/1.1"}}
	switch required := pod.Annotations[clientCertificates]; required {
	case "":
	case "required":
		config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, c.public.Pool()
	default:
		return nil, fmt.Errorf("%s: %q is not required", clientCertificates, required)
	}
	return config, err
}

func (c *Cluster) serverAuthority(name string) (*certs.Authority, error) {
	switch name {
	case "", "public":
		return c.public, nil
	case "foreign":
		return certs.New("foreign")
	}
	return nil, fmt.Errorf("%s: %q is neither public nor foreign", authorityOf, name)
}

// resolveNames is the DNS of the world: the cluster has none.
func (c *Cluster) resolveNames() error {
	addresses := map[string]string{}
	for _, pod := range c.Pods {
		for _, name := range listed(pod.object, names) {
			addresses[name] = pod.net.IP
		}
	}
	if len(addresses) == 0 {
		return nil
	}
	return network.ResolveNames(addresses)
}

func listed(pod *corev1.Pod, annotation string) []string {
	var found []string
	for name := range strings.SplitSeq(pod.Annotations[annotation], ",") {
		if name = strings.TrimSpace(name); name != "" {
			found = append(found, name)
		}
	}
	return found
}
