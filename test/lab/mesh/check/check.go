// Package check asks Istio's own checkers about manifests, without a cluster.
package check

import (
	"fmt"
	"slices"

	"cdk8s-grpc-mesh/lab/certs"
	"cdk8s-grpc-mesh/lab/objects"
	"cdk8s-grpc-mesh/manifest"
)

// A Checker has everything that takes time to prepare.
type Checker struct {
	schemas *schemaChecker
	webhook *webhook
}

// New compiles the schemas.
func New() (*Checker, error) {
	schemas, err := newSchemaChecker()
	if err != nil {
		return nil, err
	}
	webhook, err := newWebhook()
	return &Checker{schemas, webhook}, err
}

// Check asks every checker about the documents. The platform's documents (the
// gateways' pods, other teams' services) are context: nothing is said of them.
func (c *Checker) Check(docs, platform []manifest.Document) ([]manifest.Finding, error) {
	var findings []manifest.Finding
	var good []manifest.Document
	for i, doc := range docs {
		of := c.Admit(doc)
		if IsSecond(append(slices.Clone(platform), docs...), len(platform)+i) {
			of = append(of, Duplicate(doc))
		}
		findings = append(findings, of...)
		if !slices.ContainsFunc(of, func(f manifest.Finding) bool { return f.Level == manifest.Error }) {
			good = append(good, doc)
		}
	}
	authority, err := certs.New("lab")
	if err != nil {
		return nil, err
	}
	context, err := authority.FillSecrets(platform, good)
	if err != nil {
		return nil, err
	}
	// What is in error does not exist in a cluster: one such object must not
	// keep the analyzers from all others.
	analyzed, err := analyze(good, context)
	return append(findings, analyzed...), err
}

// Admit asks those who decide whether a cluster takes a document: its schema
// and istiod's webhook. What is an error to them does not exist in a cluster.
func (c *Checker) Admit(doc manifest.Document) []manifest.Finding {
	switch {
	case objects.IsIstio(doc.Head):
		return append(c.schemas.check(doc), c.webhook.check(doc)...)
	case objects.IsGatewayAPI(doc.Head):
		return c.schemas.check(doc)
	case isRules(doc):
		return rules(doc)
	case objects.IsKnown(doc.Head):
		return append(builtin(doc), dashboards(doc)...)
	}
	level := manifest.Info
	if objects.IsKnownGroup(doc.Head) {
		level = manifest.Error // a misspelt kind
	}
	return []manifest.Finding{manifest.About(doc.Head, "schema", level, "NoSchema",
		fmt.Sprintf("nobody here knows %s %s: not checked", doc.APIVersion, doc.Kind))}
}

// IsSecond tells whether a document would overwrite an earlier one.
func IsSecond(docs []manifest.Document, i int) bool {
	return slices.ContainsFunc(docs[:i], docs[i].IsSame)
}

// Duplicate says so.
func Duplicate(doc manifest.Document) manifest.Finding {
	return manifest.About(doc.Head, "input", manifest.Error, "Duplicate",
		"a second object of this kind, namespace and name")
}

// builtin decodes one of Kubernetes' own kinds without tolerance.
func builtin(doc manifest.Document) []manifest.Finding {
	if _, err := objects.DecodeStrict(doc); err != nil {
		return []manifest.Finding{manifest.About(doc.Head, "builtin", manifest.Error, "StrictDecoding", err.Error())}
	}
	return nil
}
