package proxy

import (
	"encoding/json"
	"strings"
	"testing"
)

func statsConfig(t *testing.T, kept bool, config object) string {
	t.Helper()
	stats, err := Spec{Type: "sidecar", IP: "10.1.1.1", Metrics: kept}.statsConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(stats)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestMetricsHaveTheLabelsThatIstioGivesThem(t *testing.T) {
	for _, tag := range []string{"cluster_name", "listener_address", "http_conn_manager_prefix", "authz_enforce_result"} {
		if text := statsConfig(t, true, object{}); !strings.Contains(text, `"tag_name":"`+tag+`"`) {
			t.Errorf("%s is missing in %s", tag, text)
		}
	}
}

func TestAProxyHasTheMetricsThatItsPodAsksFor(t *testing.T) {
	asked := object{"proxyStatsMatcher": object{"inclusionSuffixes": []string{"ejections_active"}}}
	if text := statsConfig(t, false, asked); text != "{}" {
		t.Errorf("scenarios may look at all: %s", text)
	}
	for pattern, known := range map[string]bool{"ejections_active": true, "rbac.denied": false, "update_rejected": false} {
		text := `{"suffix":"` + pattern + `"}`
		if got := statsConfig(t, true, asked); !strings.Contains(got, text) {
			t.Errorf("%s is missing in %s", text, got)
		}
		if got := statsConfig(t, true, object{}); strings.Contains(got, text) == known {
			t.Errorf("%s of a pod that asks for nothing: %s", text, got)
		}
	}
}
