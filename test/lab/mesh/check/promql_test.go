package check

import (
	"strings"
	"testing"

	"cdk8s-grpc-mesh/manifest"
)

const watched = `
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: watched, namespace: shop}
spec:
  groups:
    - name: watched
      rules:
        - {alert: Failing, expr: RULE, for: 5m, annotations: {summary: "SUMMARY"}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: watched, namespace: shop, labels: {grafana_dashboard: "1"}}
data:
  watched.json: '{"panels": [{"targets": [{"expr": "PANEL"}]}]}'
`

func TestPrometheusIsAskedAboutRulesAndDashboards(t *testing.T) {
	checker, err := New()
	if err != nil {
		t.Fatal(err)
	}
	good := map[string]string{"RULE": "sum(up) > 0", "SUMMARY": "{{ $labels.pod }}", "PANEL": "rate(up[$__rate_interval])"}
	for name, bad := range map[string]map[string]string{
		"":        {},
		"RULE":    {"RULE": "sum(up > 0"},
		"SUMMARY": {"SUMMARY": "{{ $labels.pod"},
		"PANEL":   {"PANEL": "rate(up)"},
	} {
		text := watched
		for word, value := range good {
			if other, ok := bad[word]; ok {
				value = other
			}
			text = strings.ReplaceAll(text, word, value)
		}
		docs, err := manifest.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		findings, err := checker.Check(docs, nil)
		if err != nil {
			t.Fatal(err)
		}
		if wrong := len(findings) > 0; wrong != (name != "") {
			t.Errorf("%s: %+v", name, findings)
		}
	}
}
