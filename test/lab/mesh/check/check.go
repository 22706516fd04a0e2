// Package check asks Istio's own checkers about manifests, without a cluster.
package check

import (
	"fmt"

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
	findings := duplicates(docs)
	for _, doc := range docs {
		switch {
		case objects.IsIstio(doc.Head):
			findings = append(findings, c.schemas.check(doc)...)
			findings = append(findings, c.webhook.check(doc)...)
		case objects.IsGatewayAPI(doc.Head):
			findings = append(findings, c.schemas.check(doc)...)
		case objects.IsKnown(doc.Head):
			findings = append(findings, builtin(doc)...)
		default:
			findings = append(findings, manifest.About(doc.Head, "schema", manifest.Info, "NoSchema",
				fmt.Sprintf("nobody here knows %s %s: not checked", doc.APIVersion, doc.Kind)))
		}
	}
	authority, err := certs.New("lab")
	if err != nil {
		return nil, err
	}
	context, err := authority.FillSecrets(platform, docs)
	if err != nil {
		return nil, err
	}
	analyzed, err := analyze(docs, context)
	return append(findings, analyzed...), err
}

// duplicates finds objects that would overwrite each other.
func duplicates(docs []manifest.Document) []manifest.Finding {
	var findings []manifest.Finding
	seen := map[string]bool{}
	for _, doc := range docs {
		key := doc.Group() + " " + doc.Head.String()
		if seen[key] {
			findings = append(findings, manifest.About(doc.Head, "input", manifest.Error, "Duplicate",
				"a second object of this kind, namespace and name"))
		}
		seen[key] = true
	}
	return findings
}

// builtin decodes one of Kubernetes' own kinds without tolerance.
func builtin(doc manifest.Document) []manifest.Finding {
	if _, err := objects.DecodeStrict(doc); err != nil {
		return []manifest.Finding{manifest.About(doc.Head, "builtin", manifest.Error, "StrictDecoding", err.Error())}
	}
	return nil
}
