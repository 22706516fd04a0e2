package proxy

import "testing"

const exposition = `# TYPE envoy_cluster_upstream_rq_pending_overflow counter
envoy_cluster_upstream_rq_pending_overflow{cluster_name="outbound|50051||payment"} 3
envoy_cluster_upstream_rq_pending_overflow{cluster_name="outbound|50051||order"} 5
# TYPE envoy_server_live gauge
envoy_server_live{} 1
`

func TestSelectorsFindWhatPrometheusIsTold(t *testing.T) {
	for selector, want := range map[string]Count{
		`envoy_cluster_upstream_rq_pending_overflow`:                                  {8, 2},
		`envoy_cluster_upstream_rq_pending_overflow{cluster_name=~".*payment"}`:       {3, 1},
		`envoy_cluster_upstream_rq_pending_overflow{cluster_name="payment"}`:          {0, 0},
		`envoy_cluster_upstream_rq_pending_overflow{cluster_name!="outbound",pod=""}`: {8, 2},
		`envoy_server_live`: {1, 1},
		`envoy_server`:      {0, 0},
	} {
		matchers, err := Selector(selector)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := count([]byte(exposition), matchers); err != nil || got != want {
			t.Errorf("%s: %v, %v, want %v", selector, got, err, want)
		}
	}
}
