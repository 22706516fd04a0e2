package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cdk8s-grpc-mesh/manifest"
)

// apply writes the documents for real, Namespaces first: with a dry run the
// next object would miss its Namespace. Every refusal and every warning is a
// finding. The number tells the sets of a sequence apart.
func apply(c *client, docs []manifest.Document, number int) ([]manifest.Finding, error) {
	source := "apiserver"
	if number > 0 {
		source = fmt.Sprintf("apiserver-then-%d", number)
	}
	ordered := slices.Clone(docs)
	slices.SortStableFunc(ordered, func(a, b manifest.Document) int { return rank(a) - rank(b) })

	var findings []manifest.Finding
	for _, doc := range ordered {
		if rank(doc) > 0 {
			if err := ensureNamespace(c, namespaceOf(doc.Head)); err != nil {
				return nil, err
			}
		}
		found, err := applyOne(c, doc, source)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", doc.Head, err)
		}
		findings = append(findings, found...)
	}
	return findings, nil
}

func rank(doc manifest.Document) int {
	if doc.Kind == "Namespace" && doc.Group() == "" {
		return 0
	}
	return 1
}

func applyOne(c *client, doc manifest.Document, source string) ([]manifest.Finding, error) {
	path, err := c.pathOf(doc.Head)
	if err != nil {
		return nil, err
	}
	if path == "" && doc.Group() == "monitoring.coreos.com" {
		return nil, nil // not Kubernetes' nor Istio's: `lab check` asks Prometheus itself about them
	}
	if path == "" {
		text := fmt.Sprintf("the server knows no %s %s: not applied", doc.APIVersion, doc.Kind)
		return []manifest.Finding{manifest.About(doc.Head, source, manifest.Info, "NoSchema", text)}, nil
	}
	// The text goes in as it was written: a client that converts it to JSON
	// first hides duplicate keys.
	got, err := c.do(http.MethodPatch, path+"?fieldManager=lab&fieldValidation=Strict", "application/apply-patch+yaml", doc.YAML)
	if err != nil {
		return nil, err
	}
	var findings []manifest.Finding
	if got.status >= 300 {
		var status metav1.Status
		if json.Unmarshal(got.body, &status) != nil || status.Message == "" {
			status.Message = string(got.body)
		}
		if status.Reason == "" {
			status.Reason = "Refused"
		}
		findings = append(findings, manifest.About(doc.Head, source, manifest.Error, string(status.Reason), status.Message))
	}
	for _, text := range got.warnings {
		findings = append(findings, manifest.About(doc.Head, source, manifest.Warning, "Warning", text))
	}
	return findings, nil
}

// ensureNamespace makes the namespaces that a cluster already has.
func ensureNamespace(c *client, name string) error {
	got, err := c.do(http.MethodGet, "/api/v1/namespaces/"+name, "", nil)
	if err != nil || got.status == http.StatusOK {
		return err
	}
	body, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": name},
	})
	if err != nil {
		return err
	}
	got, err = c.do(http.MethodPost, "/api/v1/namespaces", "application/json", body)
	if err == nil && got.status >= 300 && got.status != http.StatusConflict {
		return fmt.Errorf("namespace %s: %s", name, got.body)
	}
	return err
}
