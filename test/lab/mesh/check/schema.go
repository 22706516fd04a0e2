package check

import (
	"path/filepath"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"istio.io/istio/pkg/config/crd"

	"cdk8s-grpc-mesh/manifest"
)

// schemaChecker does what an API server does with the CRDs of Istio and of
// the Gateway API: schema, CEL rules, unknown fields.
type schemaChecker struct{ validator *crd.Validator }

func newSchemaChecker() (*schemaChecker, error) {
	files, err := crdFiles()
	if err != nil {
		return nil, err
	}
	validator, err := crd.NewValidatorFromFiles(files...)
	return &schemaChecker{validator}, err
}

func crdFiles() ([]string, error) {
	istio, err := manifest.ModuleDir("istio.io/istio")
	if err != nil {
		return nil, err
	}
	files, err := manifest.GatewayAPICRDs()
	return append(files, filepath.Join(istio, "manifests/charts/base/files/crd-all.gen.yaml")), err
}

func (c *schemaChecker) check(doc manifest.Document) []manifest.Finding {
	object, err := unstructuredOf(doc)
	if err == nil {
		err = c.validator.ValidateCustomResource(object)
	}
	if err == nil {
		return nil
	}
	message := strings.TrimPrefix(err.Error(), doc.Kind+"/"+doc.Metadata.Name+"/"+doc.Metadata.Namespace+": ")
	return []manifest.Finding{manifest.About(doc.Head, "schema", manifest.Error, "CRD", message)}
}

// unstructuredOf keeps whole numbers whole: CEL rules refuse floats where
// they expect an int.
func unstructuredOf(doc manifest.Document) (*unstructured.Unstructured, error) {
	object := map[string]any{}
	if err := utiljson.Unmarshal(doc.JSON, &object); err != nil {
		return nil, err
	}
	return &unstructured.Unstructured{Object: object}, nil
}
