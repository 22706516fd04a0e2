package scenario

import "cdk8s-grpc-mesh/lab/cluster"

// stats reads the counters that the step is about.
func (e Expect) stats(c *cluster.Cluster) ([]int, error) {
	var values []int
	for _, check := range e.Stats {
		pod, err := c.Pod(check.Of)
		if err != nil {
			return nil, err
		}
		value, err := pod.Stat(check.Name)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, nil
}

func (e Expect) judgeStats(before, after []int) []Result {
	var results []Result
	for i, check := range e.Stats {
		growth := after[i] - before[i]
		results = append(results, Result{
			Expect: "stat " + check.Name + " of " + check.Of,
			Want:   check,
			Got:    growth,
			Pass:   growth >= check.AtLeast && (check.AtMost == nil || growth <= *check.AtMost),
		})
	}
	return results
}
