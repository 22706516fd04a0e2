package proxy

import (
	"bytes"
	"slices"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// Metric adds up the series that a PromQL selector finds in what the Envoy
// tells Prometheus.
func (e *Envoy) Metric(selector string) (Count, error) {
	matchers, err := Selector(selector)
	if err != nil {
		return Count{}, err
	}
	data, err := e.get("/stats/prometheus")
	if err != nil {
		return Count{}, err
	}
	return count(data, matchers)
}

// Selector reads a selector of PromQL.
func Selector(text string) ([]*labels.Matcher, error) {
	return parser.NewParser(parser.Options{}).ParseMetricSelector(text)
}

func count(exposition []byte, matchers []*labels.Matcher) (count Count, err error) {
	reader := expfmt.NewTextParser(model.LegacyValidation)
	families, err := reader.TextToMetricFamilies(bytes.NewReader(exposition))
	for name, family := range families {
		for _, series := range family.Metric {
			if matches(name, series, matchers) {
				count.Sum += int(series.GetCounter().GetValue() + series.GetGauge().GetValue())
				count.Counters++
			}
		}
	}
	return count, err
}

func matches(name string, series *dto.Metric, matchers []*labels.Matcher) bool {
	value := map[string]string{labels.MetricName: name}
	for _, pair := range series.Label {
		value[pair.GetName()] = pair.GetValue()
	}
	return !slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return !m.Matches(value[m.Name]) })
}
