package cluster

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cdk8s-grpc-mesh/lab/echo"
	"cdk8s-grpc-mesh/lab/network"
	"cdk8s-grpc-mesh/lab/workload"
)

// Outside is the client that is no pod of the cluster.
const Outside = "outside"

// serviceAddresses has the addresses of all Services.
const serviceAddresses = "10.96.0.0/16"

// nowhere is an address for names that no Service has. A sidecar chooses by
// name; without one nobody answers there.
const nowhere = "10.96.255.254"

// A Route says who calls where, and with which kind of connection.
type Route struct {
	From       string   // a workload, a pod, or Outside
	To         string   // host:port; the host may be a pod's or a workload's name for its address
	Via        string   // the gateway to enter by; needed only if there are several
	Authority  string   // default: To
	TLS        string   // "1.2", "1.3", "any", "none"; default: any at port 443 or with a certificate, none elsewhere
	ServerName string   // in the handshake; default: the host
	Identity   string   // "[domain/]namespace/account": show the certificate of this account
	ALPN       []string // offered before the protocol's own; a sidecar offers "istio"
	Source     string   // another address of Outside
	Client     string   // "trusted" or "foreign": its authority is the public or an unknown one; default: the mesh's
}

// Target makes a route into something that a client can dial.
func (c *Cluster) Target(r Route) (echo.Target, error) {
	host, portText, err := net.SplitHostPort(r.To)
	if err != nil {
		return echo.Target{}, err
	}
	port, err := strconv.ParseInt(portText, 10, 32)
	if err != nil {
		return echo.Target{}, err
	}
	from, dialer, err := c.client(r.From)
	if err != nil {
		return echo.Target{}, err
	}
	if r.Source != "" {
		if err := c.addSource(from, r.Source); err != nil {
			return echo.Target{}, err
		}
	}
	address, err := c.resolve(from, host, int32(port), r.Via)
	if err != nil {
		return echo.Target{}, err
	}
	authority := r.Authority
	if authority == "" {
		authority = r.To
		if strings.Contains(host, "/") { // a pod's name is no host name
			authority = address
		}
	}
	config, err := c.tls(r, host, port == 443, c.isWorkload(from, host))
	return echo.Target{
		Authority: authority,
		Address:   address,
		Dial: func(ctx context.Context) (net.Conn, error) {
			conn, err := dialer.DialFrom(ctx, r.Source, address)
			return conn, c.note(err)
		},
		TLS: config,
	}, err
}

// addSource gives the outside the address, once.
func (c *Cluster) addSource(from *Pod, address string) error {
	if from != nil {
		return fmt.Errorf("source: only %s has other addresses than its own", Outside)
	}
	if c.sources[address] {
		return nil
	}
	if c.sources == nil {
		c.sources = map[string]bool{}
	}
	c.sources[address] = true
	return c.outside.AddAddress(address)
}

// client gives the pod that a name stands for, nil for the outside.
func (c *Cluster) client(name string) (*Pod, *network.Pod, error) {
	if name == Outside {
		return nil, c.outside, nil
	}
	pod, err := c.Pod(name)
	if err != nil {
		return nil, nil, err
	}
	return pod, pod.net, nil
}

// resolve finds the address to dial. A pod with a sidecar may dial any address
// of a Service: its proxy balances. Others get the address of a pod, as
// kube-proxy would choose one.
func (c *Cluster) resolve(from *Pod, host string, port int32, via string) (string, error) {
	if strings.Contains(host, "/") {
		pod, err := c.Pod(host)
		if err != nil {
			return "", err
		}
		return join(pod.net.IP, port), nil
	}
	if net.ParseIP(host) != nil {
		return join(host, port), nil
	}
	meshed := from != nil && from.Workload.Role == workload.Sidecar
	service := c.service(host, namespaceOf(from))
	switch {
	case via != "" && (service != nil || meshed):
		return "", fmt.Errorf("via: calls to %s from here pass no gateway", host)
	case service == nil && (strings.HasSuffix(host, domain) || strings.HasSuffix(host, ".svc")):
		return "", fmt.Errorf("there is no Service %s", host)
	case service != nil && meshed && service.Spec.ClusterIP != corev1.ClusterIPNone:
		return join(service.Spec.ClusterIP, port), nil
	case service != nil:
		return c.podOf(service, port)
	case meshed:
		return join(nowhere, port), nil
	}
	return c.gateway(port, via)
}

// isWorkload tells a workload from a gateway and from the world outside.
func (c *Cluster) isWorkload(from *Pod, host string) bool {
	return strings.Contains(host, "/") || c.service(host, namespaceOf(from)) != nil
}

func namespaceOf(from *Pod) string {
	if from == nil {
		return ""
	}
	return from.object.Namespace
}

func (c *Cluster) podOf(service *corev1.Service, port int32) (string, error) {
	pods := selected(service, c.Pods)
	if len(pods) == 0 {
		return "", fmt.Errorf("Service %s/%s selects no pod", service.Namespace, service.Name)
	}
	for i := range service.Spec.Ports {
		if p := &service.Spec.Ports[i]; p.Port == port {
			return join(pods[0].net.IP, targetPort(p, pods[0])), nil
		}
	}
	return join(pods[0].net.IP, port), nil // an undeclared port
}

// gateway is the address of a gateway's pod for a port of its Service.
func (c *Cluster) gateway(port int32, via string) (string, error) {
	var found, open []*corev1.Service // open: outside of the cluster
	var names []string                // of their workloads
	for _, service := range c.services {
		pods := selected(service, c.Pods)
		if len(pods) == 0 || pods[0].Workload.Role != workload.Gateway || via != "" && pods[0].Workload.String() != via {
			continue
		}
		found = append(found, service)
		if service.Spec.Type == corev1.ServiceTypeLoadBalancer {
			open = append(open, service)
		}
		if name := pods[0].Workload.String(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	switch len(names) {
	case 0:
		return "", fmt.Errorf("there is no gateway %s to enter by", via)
	case 1:
		return c.podOf(found[0], port)
	}
	if len(open) == 1 { // the others are ways out
		return c.podOf(open[0], port)
	}
	return "", fmt.Errorf("via is required: there are the gateways %s", strings.Join(names, ", "))
}

func join(ip string, port int32) string { return net.JoinHostPort(ip, strconv.Itoa(int(port))) }

func (c *Cluster) tls(r Route, host string, secureByDefault, workload bool) (*tls.Config, error) {
	config := &tls.Config{RootCAs: c.public.Pool(), ServerName: host, NextProtos: r.ALPN}
	if strings.Contains(host, "/") { // a pod's name is no host name
		config.ServerName = ""
	}
	switch r.TLS {
	case "":
		if !secureByDefault && r.Identity == "" && r.Client == "" {
			return nil, nil
		}
	case "none":
		return nil, nil
	case "1.2":
		config.MaxVersion = tls.VersionTLS12
	case "1.3":
		config.MinVersion = tls.VersionTLS13
	case "any":
	default:
		return nil, fmt.Errorf("tls: %q is neither 1.2, 1.3, any nor none", r.TLS)
	}
	if r.ServerName != "" {
		config.ServerName = r.ServerName
	}
	pair, err := c.clientCertificate(r)
	if pair != nil {
		// Certificates would be shown only to servers that name their authority.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return pair, nil }
	}
	// A workload's certificate has no host name. Whoever calls it takes any, so that a refusal is the server's.
	config.InsecureSkipVerify = workload
	return config, err
}
