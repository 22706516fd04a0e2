package check

import (
	"encoding/json"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"

	"cdk8s-grpc-mesh/manifest"
)

// isRules tells whether a document is what Prometheus' operator makes rule
// files of.
func isRules(doc manifest.Document) bool {
	return doc.Group() == "monitoring.coreos.com" && doc.Kind == "PrometheusRule"
}

// rules asks Prometheus about the rules, as its operator does before it takes
// them: words, expressions, templates.
func rules(doc manifest.Document) []manifest.Finding {
	var object struct{ Spec json.RawMessage }
	if err := json.Unmarshal(doc.JSON, &object); err != nil {
		return []manifest.Finding{promql(doc, err)}
	}
	var findings []manifest.Finding
	_, errs := rulefmt.Parse(object.Spec, false, model.LegacyValidation, parser.NewParser(parser.Options{}))
	for _, err := range errs {
		findings = append(findings, promql(doc, err))
	}
	return findings
}

// dashboards asks Prometheus about every expression of the dashboards that
// Grafana's sidecar would find in a ConfigMap.
func dashboards(doc manifest.Document) []manifest.Finding {
	var object struct {
		Metadata struct{ Labels map[string]string }
		Data     map[string]string
	}
	if err := json.Unmarshal(doc.JSON, &object); err != nil || doc.Kind != "ConfigMap" {
		return nil
	}
	if _, ok := object.Metadata.Labels["grafana_dashboard"]; !ok {
		return nil
	}
	var findings []manifest.Finding
	for name, text := range object.Data {
		var dashboard any
		if err := json.Unmarshal([]byte(text), &dashboard); err != nil {
			findings = append(findings, promql(doc, err))
		}
		for _, expr := range expressions(dashboard) {
			if _, err := parser.NewParser(parser.Options{}).ParseExpr(expr); err != nil {
				findings = append(findings, manifest.About(doc.Head, "prometheus", manifest.Error, "PromQL", name+": "+expr+": "+err.Error()))
			}
		}
	}
	return findings
}

// expressions are all that panels ask; Grafana replaces its variables first.
func expressions(value any) []string {
	var found []string
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			found = append(found, expressions(item)...)
		}
	case map[string]any:
		for name, item := range value {
			if expr, ok := item.(string); ok && name == "expr" {
				found = append(found, strings.ReplaceAll(expr, "$__rate_interval", "5m"))
			}
			found = append(found, expressions(item)...)
		}
	}
	return found
}

func promql(doc manifest.Document, err error) manifest.Finding {
	return manifest.About(doc.Head, "prometheus", manifest.Error, "PromQL", err.Error())
}
