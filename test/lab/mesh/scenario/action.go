package scenario

import (
	"errors"
	"time"

	"cdk8s-grpc-mesh/lab/cluster"
)

// Serving is the name of the pod that a call under way has reached.
const Serving = "serving"

// act carries out the actions in turn.
func act(c *cluster.Cluster, actions []Action, serving func() (string, error)) error {
	for _, action := range actions {
		if err := action.do(c, serving); err != nil {
			return err
		}
	}
	return nil
}

func (a Action) do(c *cluster.Cluster, serving func() (string, error)) error {
	find := func(name string) (*cluster.Pod, error) {
		if name != Serving {
			return c.Pod(name)
		}
		if serving == nil {
			return nil, errors.New("no call is under way that a pod could be serving")
		}
		name, err := serving()
		if err != nil {
			return nil, err
		}
		return c.Pod(name)
	}
	on := func(name string, do func(*cluster.Pod) error) error {
		pod, err := find(name)
		if err != nil {
			return err
		}
		return do(pod)
	}
	switch {
	case a.Kill != "":
		return on(a.Kill, func(p *cluster.Pod) error { p.StopProxy(); p.StopApp(); return nil })
	case a.StopApp != "":
		return on(a.StopApp, func(p *cluster.Pod) error { p.StopApp(); return nil })
	case a.StopProxy != "":
		return on(a.StopProxy, func(p *cluster.Pod) error { p.StopProxy(); return nil })
	case a.RestartProxy != "":
		return on(a.RestartProxy, func(p *cluster.Pod) error { p.StopProxy(); return run(p) })
	case a.Leave != "":
		return on(a.Leave, c.Leave)
	case a.Start == "all":
		for _, pod := range c.Pods {
			if err := start(c, pod); err != nil {
				return err
			}
		}
		return nil
	case a.Start != "":
		return on(a.Start, func(p *cluster.Pod) error { return start(c, p) })
	}
	time.Sleep(time.Duration(a.Sleep))
	return nil
}

// start runs what is stopped of a pod, and puts it back where it has left.
func start(c *cluster.Cluster, p *cluster.Pod) error {
	if err := run(p); err != nil {
		return err
	}
	return c.Join(p)
}

func run(p *cluster.Pod) error {
	if err := p.Start(); err != nil {
		return err
	}
	return p.Ready()
}
