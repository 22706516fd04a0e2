package scenario

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc/codes"

	"cdk8s-grpc-mesh/lab/cluster"
	"cdk8s-grpc-mesh/lab/echo"
	"cdk8s-grpc-mesh/lab/workload"
)

// play makes every caller call every RPC. What is not allowed must be refused
// and must not have reached a server.
func (m Matrix) play(c *cluster.Cluster, variant Variant, report func(Result)) error {
	callers, err := m.callers(c)
	if err != nil {
		return err
	}
	results := make([][]Result, len(callers))
	errs := make([]error, len(callers))
	var all sync.WaitGroup
	for i, caller := range callers {
		all.Go(func() { results[i], errs[i] = m.row(c, caller, variant) })
	}
	all.Wait()
	if err := c.Healthy(); err != nil {
		return err
	}
	for i := range callers {
		if errs[i] != nil {
			return fmt.Errorf("%s: %w", callers[i], errs[i])
		}
		for _, r := range results[i] {
			report(r)
		}
	}
	return nil
}

func (m Matrix) callers(c *cluster.Cluster) ([]string, error) {
	callers := m.Callers
	if len(callers) == 0 {
		for _, pod := range c.Pods {
			if name := pod.Workload.String(); pod.Workload.Role != workload.Gateway && !slices.Contains(callers, name) {
				callers = append(callers, name)
			}
		}
	}
	for to := range m.RPCs {
		if !c.HasPort(to) {
			return nil, fmt.Errorf("matrix: no Service has the port %s", to)
		}
	}
	for caller := range m.Allowed {
		if !slices.Contains(callers, caller) {
			return nil, fmt.Errorf("matrix: %s is allowed something but is no caller", caller)
		}
	}
	return callers, nil
}

// row is all calls of one caller.
func (m Matrix) row(c *cluster.Cluster, caller string, variant Variant) ([]Result, error) {
	pod, err := c.Pod(caller)
	if err != nil {
		return nil, err
	}
	var results []Result
	for _, to := range slices.Sorted(maps.Keys(m.RPCs)) {
		target, err := c.Target(cluster.Route{From: caller, To: to})
		if err != nil {
			return nil, err
		}
		conn, err := echo.Connect(target)
		if err != nil {
			return nil, err
		}
		for _, method := range m.RPCs[to] {
			want := m.want(pod, caller, to, method, variant)
			results = append(results, m.cell(c, conn, method, want, caller+" -> "+to+method))
		}
		conn.Close()
	}
	return results, nil
}

func (m Matrix) cell(c *cluster.Cluster, conn *echo.Conn, method string, want codes.Code, name string) Result {
	deadline := time.Duration(m.Deadline)
	if deadline == 0 {
		deadline = 2 * time.Second
	}
	id := newCallID()
	outcome := conn.Do(echo.Call{ID: id, Kind: echo.Unary, Method: method, Deadline: deadline, Patience: deadline})
	reached := len(c.Recorder.Of(id)) > 0
	got := codes.Code(outcome.Code)
	result := Result{
		Step: name, Expect: "matrix", Want: verdict(want, want == codes.OK), Got: verdict(got, reached),
		Pass: got == want && reached == (want == codes.OK),
	}
	if !result.Pass {
		result.Detail = outcome
	}
	return result
}

func verdict(code codes.Code, reached bool) string {
	if reached && code != codes.OK {
		return code.String() + " after reaching the server"
	}
	return code.String()
}

// want is what has to come of a call. A missing wall moves the refusals to the
// other one: without Sidecars an undeclared callee is refused by its policy,
// without policies the undeclared RPCs of a declared callee are open.
func (m Matrix) want(pod *cluster.Pod, caller, to, method string, variant Variant) codes.Code {
	rpcs, declared := m.Allowed[caller][to]
	declared = declared && len(rpcs) > 0
	sidecars := !slices.Contains(variant.Without, "Sidecar")
	policies := !slices.Contains(variant.Without, "AuthorizationPolicy")
	switch {
	case slices.Contains(rpcs, method):
		return codes.OK
	case pod.Workload.Role == workload.Plain:
		return codes.Unavailable // plain text against STRICT
	case !declared && sidecars:
		return codes.Unavailable
	case policies:
		return codes.PermissionDenied
	}
	return codes.OK
}
