package scenario

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"cdk8s-grpc-mesh/lab/cluster"
	"cdk8s-grpc-mesh/lab/config"
)

// play looks the route up in the proxy's effective configuration.
func (r RouteCheck) play(c *cluster.Cluster, report func(Result)) error {
	pod, err := c.Pod(r.Of)
	if err != nil {
		return err
	}
	dump, err := pod.Dump()
	if err != nil {
		return err
	}
	name := r.Name
	if name == "" {
		name = r.Of + " -> " + r.To + r.Method
	}
	action, err := config.Route(dump, r.To, r.Method)
	if err != nil {
		report(Result{Step: name, Expect: "route", Want: "a route", Got: err.Error()})
		return nil
	}
	compare(name, "route", r.Expect, action, report)
	return nil
}

// play looks the cluster up in the proxy's effective configuration.
func (r ClusterCheck) play(c *cluster.Cluster, report func(Result)) error {
	pod, err := c.Pod(r.Of)
	if err != nil {
		return err
	}
	dump, err := pod.Dump()
	if err != nil {
		return err
	}
	name := r.Of + " -> " + r.Name
	found, ok := config.Cluster(dump, r.Name)
	if !ok {
		report(Result{Step: name, Expect: "cluster", Want: "a cluster", Got: "none"})
		return nil
	}
	compare(name, "cluster", r.Expect, found, report)
	return nil
}

func compare(step, kind string, expect map[string]any, value any, report func(Result)) {
	for _, path := range slices.Sorted(maps.Keys(expect)) {
		want, got := expect[path], lookUp(value, path)
		report(Result{
			Step: step, Expect: kind + " " + path, Want: want, Got: got,
			Pass: reflect.DeepEqual(want, got) || want != nil && fmt.Sprint(want) == fmt.Sprint(got),
		})
	}
}

// lookUp follows a dotted path of object keys.
func lookUp(value any, path string) any {
	for _, key := range strings.Split(path, ".") {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[key]
	}
	return value
}
