package cluster

import (
	"errors"
	"slices"
	"sync"

	"cdk8s-grpc-mesh/lab/network"
)

// Healthy has an error for every proxy that nobody has stopped and that has
// ended, or that has refused a part of its configuration, and for every call
// that the lab itself could not begin. To a client all of these look like a
// refusal.
func (c *Cluster) Healthy() error {
	errs := make([]error, len(c.Pods))
	var all sync.WaitGroup
	for i, pod := range c.Pods {
		if pod.envoyRuns {
			all.Go(func() { errs[i] = pod.envoy.Healthy() })
		}
	}
	all.Wait()
	return errors.Join(append(errs, c.faults.all()...)...)
}

// Alive is about less than Healthy: what a proxy has refused may be what
// somebody asks about.
func (c *Cluster) Alive() error {
	errs := c.faults.all()
	for _, pod := range c.Pods {
		if pod.envoyRuns {
			errs = append(errs, pod.envoy.Lives())
		}
	}
	return errors.Join(errs...)
}

// faults are those of the lab that no caller hears of.
type faults struct {
	mu   sync.Mutex
	list []error
}

func (f *faults) all() []error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.list)
}

// note keeps an error if it is the lab's own, and hands it on.
func (c *Cluster) note(err error) error {
	var fault *network.Fault
	if errors.As(err, &fault) {
		c.faults.mu.Lock()
		defer c.faults.mu.Unlock()
		c.faults.list = append(c.faults.list, err)
	}
	return err
}
