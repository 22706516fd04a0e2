package scenario

import (
	"testing"

	"google.golang.org/grpc/codes"

	"cdk8s-grpc-mesh/lab/cluster"
	"cdk8s-grpc-mesh/lab/workload"
)

func TestMatrixWants(t *testing.T) {
	const declared, undeclared, other = "a:1", "b:1", "/x"
	m := Matrix{Allowed: map[string]map[string][]string{"shop/web": {declared: {"/may"}}}}
	both, policies := Variant{}, Variant{Without: []string{"Sidecar"}}
	sidecars, none := Variant{Without: []string{"AuthorizationPolicy"}}, Variant{Without: []string{"Sidecar", "AuthorizationPolicy"}}
	for _, test := range []struct {
		name    string
		role    workload.Role
		to      string
		method  string
		variant Variant
		want    codes.Code
	}{
		{"declared", workload.Sidecar, declared, "/may", both, codes.OK},
		{"declared, behind one wall", workload.Sidecar, declared, "/may", policies, codes.OK},
		{"another RPC", workload.Sidecar, declared, other, both, codes.PermissionDenied},
		{"another RPC, policies alone", workload.Sidecar, declared, other, policies, codes.PermissionDenied},
		{"another RPC, sidecars alone", workload.Sidecar, declared, other, sidecars, codes.OK},
		{"another callee", workload.Sidecar, undeclared, other, both, codes.Unavailable},
		{"another callee, policies alone", workload.Sidecar, undeclared, other, policies, codes.PermissionDenied},
		{"another callee, sidecars alone", workload.Sidecar, undeclared, other, sidecars, codes.Unavailable},
		{"no wall", workload.Sidecar, undeclared, other, none, codes.OK},
		{"no proxy", workload.Plain, undeclared, other, none, codes.Unavailable},
	} {
		pod := &cluster.Pod{Workload: workload.Workload{Role: test.role}}
		if got := m.want(pod, "shop/web", test.to, test.method, test.variant); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestMatrixNeedsServices(t *testing.T) {
	m := Matrix{RPCs: map[string][]string{"greeter.shop.svc.cluster.local:50051": {"/x"}}}
	if _, err := m.callers(&cluster.Cluster{}); err == nil {
		t.Error("a host that is no Service counts as refused")
	}
}
