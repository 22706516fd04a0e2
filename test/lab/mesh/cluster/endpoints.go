package cluster

import (
	"context"
	"fmt"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Leave takes a pod out of the endpoints of its Services, as a cluster does
// with one that ends, and waits until the proxies have heard of it.
func (c *Cluster) Leave(pod *Pod) error {
	if pod.away {
		return nil
	}
	pod.away, pod.knownTo = true, nil
	for _, other := range c.Pods {
		knows, err := other.knows(pod)
		if err != nil {
			return err
		}
		if knows {
			pod.knownTo = append(pod.knownTo, other)
		}
	}
	return c.publish(pod)
}

// Join puts a pod back that has left.
func (c *Cluster) Join(pod *Pod) error {
	if !pod.away {
		return nil
	}
	pod.away = false
	return c.publish(pod)
}

// publish tells istiod of the Services that select the pod, and waits for the
// proxies that the pod was known to.
func (c *Cluster) publish(pod *Pod) error {
	for _, service := range c.services {
		if len(selected(service, []*Pod{pod})) == 0 {
			continue
		}
		published := c.istiod.Kube().DiscoveryV1().EndpointSlices(service.Namespace)
		_, err := published.Update(context.Background(), endpointSlice(service, c.Pods), metav1.UpdateOptions{})
		if err != nil {
			return err
		}
	}
	deaf := func(other *Pod) bool {
		knows, err := other.knows(pod)
		return other.envoyRuns && (err != nil || knows == pod.away)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		i := slices.IndexFunc(pod.knownTo, deaf)
		if i < 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("after 10 s the proxy of %s has not heard of the endpoint %s", pod.knownTo[i].Name(), pod.Name())
		}
	}
}

// knows tells whether the pod's proxy has the other pod among its endpoints.
func (p *Pod) knows(other *Pod) (bool, error) {
	if !p.envoyRuns {
		return false, nil
	}
	return p.envoy.Knows(other.net.IP)
}
