package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	_ "istio.io/api/annotation"            // pins the version of Istio's CRDs
	_ "sigs.k8s.io/gateway-api/pkg/consts" // pins the version of the Gateway API's CRDs

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cdk8s-grpc-mesh/manifest"
)

// installCRDs applies the CRDs of Istio and of the Gateway API and waits until
// the server serves them.
func installCRDs(c *client) error {
	docs, err := loadCRDs()
	if err != nil {
		return err
	}
	var served []servedKind
	for _, doc := range docs {
		found, err := applyOne(c, doc, "crd")
		if err != nil {
			return err
		}
		for _, f := range found {
			if f.Level == manifest.Error {
				return fmt.Errorf("%s: %s", f.Object, f.Message)
			}
		}
		kinds, err := servedKinds(doc)
		if err != nil {
			return err
		}
		served = append(served, kinds...)
	}
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		missing, err := firstMissing(c, served)
		if err != nil || missing == "" {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the API server does not serve %s after 60 s", missing)
		}
	}
}

func loadCRDs() ([]manifest.Document, error) {
	istio, err := manifest.ModuleDir("istio.io/api")
	if err != nil {
		return nil, err
	}
	files, err := manifest.GatewayAPICRDs()
	if err != nil {
		return nil, err
	}
	all, err := manifest.Load(append(files, filepath.Join(istio, "kubernetes/customresourcedefinitions.gen.yaml"))...)
	var crds []manifest.Document
	for _, doc := range all {
		if doc.Kind == "CustomResourceDefinition" {
			crds = append(crds, doc)
		}
	}
	return crds, err
}

// A servedKind is one version of a CRD.
type servedKind struct{ path, kind string }

func servedKinds(doc manifest.Document) ([]servedKind, error) {
	var crd struct {
		Spec struct {
			Group    string
			Names    struct{ Kind string }
			Versions []struct {
				Name   string
				Served bool
			}
		}
	}
	err := json.Unmarshal(doc.JSON, &crd)
	var kinds []servedKind
	for _, version := range crd.Spec.Versions {
		if version.Served {
			kinds = append(kinds, servedKind{"apis/" + crd.Spec.Group + "/" + version.Name, crd.Spec.Names.Kind})
		}
	}
	return kinds, err
}

// firstMissing looks into discovery and into the published schemas. That a CRD
// is established is not enough: field validation comes with the schema.
func firstMissing(c *client, served []servedKind) (string, error) {
	got, err := c.do(http.MethodGet, "/openapi/v3", "", nil)
	if err != nil {
		return "", err
	}
	var index struct{ Paths map[string]any }
	if err := json.Unmarshal(got.body, &index); err != nil {
		return "", err
	}
	discovered := map[string]map[string]metav1.APIResource{}
	for _, s := range served {
		if index.Paths[s.path] == nil {
			return s.path, nil
		}
		if discovered[s.path] == nil {
			if discovered[s.path], err = c.discover("/" + s.path); err != nil {
				return "", err
			}
		}
		if _, ok := discovered[s.path][s.kind]; !ok {
			return s.path + " " + s.kind, nil
		}
	}
	return "", nil
}
