package config

import (
	"encoding/json"
	"testing"
)

const dump = `{"configs": [
  {"dynamic_route_configs": [
    {"route_config": {"name": "8080", "virtual_hosts": [{"domains": ["web.shop.svc.cluster.local"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "other"}}]}]}},
    {"route_config": {"name": "50051", "virtual_hosts": [
      {"domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "black hole"}}]},
      {"domains": ["web.shop.svc.cluster.local"], "routes": [
        {"match": {"path": "/demo.Web/Get"}, "route": {"cluster": "exact"}},
        {"match": {"safe_regex": {"regex": "/demo\\.Web/L.*"}}, "route": {"cluster": "regex"}},
        {"match": {"path_separated_prefix": "/demo.Web"}, "route": {"cluster": "element"}},
        {"match": {"prefix": "/demo.Web/"}, "route": {"cluster": "unreachable"}},
        {"match": {"prefix": "/none"}, "direct_response": {"status": 404}}
      ]}]}},
    {"route_config": {"name": "https.443.x.api.shop", "virtual_hosts": [{"domains": ["*.example.com"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "wildcard"}}]}]}},
    {"route_config": {"name": "http.8080", "virtual_hosts": [{"domains": ["dev.example.org:80"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "plain"}}]}, {"domains": ["dev.example.org:*"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "plain"}}]}]}}
  ]},
  {"dynamic_active_clusters": [{"cluster": {"name": "exact", "connect_timeout": "10s"}}]}
]}`

func TestRoute(t *testing.T) {
	var parsed map[string]any
	if err := json.Unmarshal([]byte(dump), &parsed); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ to, path, want string }{
		{"web.shop.svc.cluster.local:50051", "/demo.Web/Get", "exact"},
		{"web.shop.svc.cluster.local:50051", "/demo.Web/List", "regex"},
		{"web.shop.svc.cluster.local:50051", "/demo.Web/Other", "element"},
		{"web.shop.svc.cluster.local:50051", "/none", ""},
		{"web.shop.svc.cluster.local:50051", "/demo.WebAdmin/Get", ""},
		{"web.shop.svc.cluster.local:8080", "/demo.Web/Get", "other"},
		{"api.example.com:443", "/x", "wildcard"},
		{"api.example.com:80", "/x", ""},
		{"dev.example.org:80", "/x", "plain"},
		{"dev.example.org:443", "/x", ""},
		{"other.shop.svc.cluster.local:50051", "/x", ""},
	} {
		action, err := Route(parsed, test.to, test.path)
		if got, _ := action["cluster"].(string); got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%s%s: %q, %v", test.to, test.path, got, err)
		}
	}
	if found, ok := Cluster(parsed, "exact"); !ok || found["connect_timeout"] != "10s" {
		t.Errorf("cluster: %v", found)
	}
	if _, ok := Cluster(parsed, "none"); ok {
		t.Error("found a cluster that is not there")
	}
}
