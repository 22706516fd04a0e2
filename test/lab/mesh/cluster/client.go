package cluster

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cdk8s-grpc-mesh/lab/echo"
	"cdk8s-grpc-mesh/lab/network"
	"cdk8s-grpc-mesh/lab/workload"
)

// Outside is the client that is no pod of the cluster.
const Outside = "outside"

// nowhere is an address for names that no Service has. A sidecar chooses by
// name; without one nobody answers there.
const nowhere = "10.96.255.254"

// A Route says who calls where, and with which kind of connection.
type Route struct {
	From       string // a workload, a pod, or Outside
	To         string // host:port; the host may be a pod's or a workload's name for its address
	Via        string // the gateway to enter by; needed only if there are several
	Authority  string // default: To
	TLS        string // "1.2", "1.3", "any", "none"; default: any at port 443, none elsewhere
	ServerName string // in the handshake; default: the host
	Identity   string // "[domain/]namespace/account": show the mesh certificate of this account
	Client     string // "trusted" or "foreign": show a certificate of the public or of an unknown authority
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
	config, err := c.tls(r, host, port == 443)
	return echo.Target{
		Authority: authority,
		Dial:      func(ctx context.Context) (net.Conn, error) { return dialer.Dial(ctx, address) },
		TLS:       config,
	}, err
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
	namespace := ""
	if from != nil {
		namespace = from.object.Namespace
	}
	service := c.service(host, namespace)
	switch {
	case service != nil && meshed && service.Spec.ClusterIP != corev1.ClusterIPNone:
		return join(service.Spec.ClusterIP, port), nil
	case service != nil:
		return c.podOf(service, port)
	case meshed:
		return join(nowhere, port), nil
	}
	return c.gateway(port, via)
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
	for _, service := range c.services {
		pods := selected(service, c.Pods)
		if len(pods) == 0 || pods[0].Workload.Role != workload.Gateway || via != "" && pods[0].Workload.String() != via {
			continue
		}
		return c.podOf(service, port)
	}
	return "", fmt.Errorf("there is no gateway %s to enter by", via)
}

func join(ip string, port int32) string { return net.JoinHostPort(ip, strconv.Itoa(int(port))) }

func (c *Cluster) tls(r Route, host string, secureByDefault bool) (*tls.Config, error) {
	config := &tls.Config{RootCAs: c.public.Pool(), ServerName: host}
	switch r.TLS {
	case "":
		if !secureByDefault && r.Identity == "" {
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
		config.Certificates = []tls.Certificate{*pair}
	}
	// A workload's certificate has no host name.
	config.InsecureSkipVerify = r.Identity != ""
	return config, err
}
