package scenario

import (
	"fmt"
	"slices"
	"time"

	"cdk8s-grpc-mesh/lab/cluster"
	"cdk8s-grpc-mesh/lab/proxy"
)

// stats reads the counters that the step is about.
func (e Expect) stats(c *cluster.Cluster) ([]proxy.Count, error) {
	var counts []proxy.Count
	for _, check := range e.Stats {
		pod, err := c.Pod(check.Of)
		if err != nil {
			return nil, err
		}
		count, err := check.read(pod)
		if err != nil {
			return nil, err
		}
		counts = append(counts, count)
	}
	return counts, nil
}

func (s StatCheck) read(pod *cluster.Pod) (proxy.Count, error) {
	switch {
	case s.Metric != "":
		return pod.Metric(s.Metric)
	case s.Log != "":
		return pod.Printed(s.Log)
	}
	return pod.Stat(s.Name)
}

func (s StatCheck) what() string { return s.Name + s.Metric + s.Log }

// flushed waits until proxies have written what they have to say.
func (e Expect) flushed() {
	if slices.ContainsFunc(e.Stats, func(s StatCheck) bool { return s.Log != "" }) {
		time.Sleep(20 * proxy.FlushInterval)
	}
}

// judgeStats holds a counter that does not exist for a mistake in its name. It
// has an error for counters that have begun again.
func (e Expect) judgeStats(before, after []proxy.Count) ([]Result, error) {
	var results []Result
	for i, check := range e.Stats {
		growth := after[i].Sum - before[i].Sum
		if growth < 0 {
			return nil, fmt.Errorf("stat %s of %s: it has shrunk by %d, so it was reset", check.what(), check.Of, -growth)
		}
		result := Result{
			Expect: "stat " + check.what() + " of " + check.Of,
			Want:   check,
			Got:    growth,
			Pass:   growth >= check.AtLeast && (check.AtMost == nil || growth <= *check.AtMost),
		}
		if after[i].Counters == 0 && check.Log == "" && !check.MayBeMissing {
			result.Got, result.Pass = "no such counter", false
		}
		results = append(results, result)
	}
	return results, nil
}
