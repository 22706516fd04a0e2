package ask

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"cdk8s-grpc-mesh/lab/check"
	"cdk8s-grpc-mesh/lab/istiod"
	"cdk8s-grpc-mesh/manifest"
)

// A plan is what a load asks for.
type plan struct {
	meshConfig map[string]any
	replicas   map[string]int
	fixed      []manifest.Document // what a cluster consists of
	changing   []manifest.Document // what a running cluster can exchange
	refused    []manifest.Finding  // by schemas and webhooks; those documents are left out
	cluster    string              // is equal for plans that the same cluster can carry out
}

// A gate decides which documents a cluster takes. What a cluster consists of
// is the same in every round, so it remembers what it said about that.
type gate struct {
	checker *check.Checker
	said    map[string][]manifest.Finding // by document
}

// refuses lists the reasons to refuse a document.
func (g *gate) refuses(doc manifest.Document) []manifest.Finding {
	if known, ok := g.said[string(doc.JSON)]; ok {
		return known
	}
	findings := slices.DeleteFunc(g.checker.Admit(doc), func(f manifest.Finding) bool {
		return f.Level != manifest.Error
	})
	if !istiod.CanReplace(doc.Head) {
		g.said[string(doc.JSON)] = findings
	}
	return findings
}

func newPlan(gate *gate, l *load) (*plan, error) {
	p := &plan{meshConfig: l.MeshConfig, replicas: l.Replicas, refused: []manifest.Finding{}}
	var docs []manifest.Document
	for i, text := range l.Manifests {
		parsed, err := manifest.Parse([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("manifest %d: %w", i+1, err)
		}
		docs = append(docs, parsed...)
	}
	for i, doc := range docs {
		if check.IsSecond(docs, i) {
			return nil, fmt.Errorf("there is a second %s", doc.Head)
		}
		p.add(gate, doc)
	}
	fixed := make([]json.RawMessage, len(p.fixed))
	for i, doc := range p.fixed {
		fixed[i] = doc.JSON
	}
	key, err := json.Marshal([]any{p.meshConfig, p.replicas, fixed})
	p.cluster = string(key)
	return p, err
}

func (p *plan) add(gate *gate, doc manifest.Document) {
	reasons := gate.refuses(doc)
	switch {
	case len(reasons) > 0:
		p.refused = append(p.refused, reasons...)
	case istiod.CanReplace(doc.Head):
		p.changing = append(p.changing, doc)
	default:
		p.fixed = append(p.fixed, doc)
	}
}

func (p *plan) loaded(rejected []string, begin time.Time) *loaded {
	return &loaded{
		Refused: p.refused, Rejected: append([]string{}, rejected...), Milliseconds: time.Since(begin).Milliseconds(),
	}
}
