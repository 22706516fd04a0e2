package cluster

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cdk8s-grpc-mesh/lab/network"
)

// forwardServices does what kube-proxy does on the nodes. Applications in the
// mesh do not notice: their proxy balances by itself. But what it does not
// know it may pass on to the address of the Service.
func (c *Cluster) forwardServices() error {
	if err := network.Refuse(serviceAddresses); err != nil {
		return err
	}
	var rules strings.Builder
	for _, service := range c.services {
		if service.Spec.ClusterIP == "" || service.Spec.ClusterIP == corev1.ClusterIPNone {
			continue
		}
		pods := selected(service, c.Pods)
		for i := range service.Spec.Ports {
			port := &service.Spec.Ports[i]
			for n, pod := range pods {
				fmt.Fprintf(&rules, "-A OUTPUT -d %s/32 -p tcp --dport %d", service.Spec.ClusterIP, port.Port)
				if left := len(pods) - n; left > 1 {
					fmt.Fprintf(&rules, " -m statistic --mode nth --every %d --packet 0", left)
				}
				fmt.Fprintf(&rules, " -j DNAT --to-destination %s\n", join(pod.net.IP, targetPort(port, pod)))
			}
		}
	}
	for _, pod := range c.Pods {
		if err := pod.net.AddRules(rules.String()); err != nil {
			return err
		}
	}
	return nil
}
