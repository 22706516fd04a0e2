package ask

import (
	"slices"
	"testing"

	_ "cdk8s-grpc-mesh/lab/env" // first: istiod's switches

	"cdk8s-grpc-mesh/lab/check"
	"cdk8s-grpc-mesh/manifest"
)

const (
	service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: [{port: 80}]}\n"
	deny    = "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: shop}\nspec: {}\n"
	strict  = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: a, namespace: shop}\n" +
		"spec: {mtls: {mode: STRICT}}\n"
	misspelt = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: b}\nspec: {mtls: {mode: MAYBE}}\n"
	entry1   = "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: e, namespace: shop}\n" +
		"spec: {hosts: [a.example.com], location: MESH_EXTERNAL, resolution: NONE, ports: [{number: 80, name: http}]}\n"
)

func TestPlan(t *testing.T) {
	checker, err := check.New()
	if err != nil {
		t.Fatal(err)
	}
	gate := &gate{checker, map[string][]manifest.Finding{}}
	make := func(l load) *plan {
		t.Helper()
		p, err := newPlan(gate, &l)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	first := make(load{Manifests: []string{service + "---\n" + deny + "---\n" + misspelt}})
	if len(first.fixed) != 1 || len(first.changing) != 1 {
		t.Errorf("%d documents stay, %d change", len(first.fixed), len(first.changing))
	}
	if len(first.refused) == 0 || first.refused[0].Object != "PeerAuthentication b" {
		t.Errorf("refused: %v", first.refused)
	}
	for name, c := range map[string]struct {
		load load
		same bool
	}{
		"other policies":     {load{Manifests: []string{service, strict}}, true},
		"no policies":        {load{Manifests: []string{service}}, true},
		"another Service":    {load{Manifests: []string{service, entry1, deny}}, false},
		"other mesh":         {load{Manifests: []string{service}, MeshConfig: map[string]any{"trustDomain": "a"}}, false},
		"another pod":        {load{Manifests: []string{service}, Replicas: map[string]int{"shop/web": 2}}, false},
		"the same once more": {load{Manifests: []string{service + "---\n" + deny + "---\n" + misspelt}}, true},
	} {
		if same := make(c.load).cluster == first.cluster; same != c.same {
			t.Errorf("%s: the same cluster %v, want %v", name, same, c.same)
		}
	}
	if _, err := newPlan(gate, &load{Manifests: []string{deny, deny}}); err == nil {
		t.Error("two documents of one name: accepted")
	}
}

func TestHop(t *testing.T) {
	f := logFile{rest: []byte(`{"Call":"ask-1","Code":403,"Details":"rbac","Route":"-","Service":null,"From":"10.0.0.1:1"}` +
		"\n" + `{"Call":null,"Closed":"rbac","Attempts":2,` +
		`"Service":"/apis/networking.istio.io/v1/namespaces/shop/virtual-service/web"}` + "\n" + `{"Call":"as`)}
	entries, err := f.parse()
	if err != nil || len(entries) != 2 || string(f.rest) != `{"Call":"as` {
		t.Fatalf("%v, %v, rest %q", entries, err, f.rest)
	}
	hops := []Hop{entries[0].hop(), entries[1].hop()}
	want := []Hop{
		{HTTP: 403, Details: "rbac", call: "ask-1", from: "10.0.0.1:1"},
		{Details: "rbac", Attempts: 2, Service: "shop/web"},
	}
	if !slices.Equal(hops, want) {
		t.Errorf("got %+v, want %+v", hops, want)
	}
}
