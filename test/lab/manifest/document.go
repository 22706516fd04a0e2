// Package manifest is what the lab's programs share: YAML documents in,
// findings out. It knows nothing of Istio or of Kubernetes' types.
package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"

	"sigs.k8s.io/yaml"
)

// ConstructAnnotation names the construct that wrote an object.
const ConstructAnnotation = "cdk8s-grpc-mesh/construct"

// A Document is one object of a manifest, exactly as it was written.
type Document struct {
	YAML []byte
	JSON []byte
	Head
}

// Head is the part of an object that every kind has.
type Head struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name        string            `json:"name"`
		Namespace   string            `json:"namespace"`
		Labels      map[string]string `json:"labels"`
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
}

// Group is the API group, empty for the core group.
func (h Head) Group() string {
	if i := bytes.IndexByte([]byte(h.APIVersion), '/'); i >= 0 {
		return h.APIVersion[:i]
	}
	return ""
}

// String is how findings name an object: "Kind namespace/name", or
// "Kind name" for an object without a namespace.
func (h Head) String() string {
	if h.Metadata.Namespace == "" {
		return h.Kind + " " + h.Metadata.Name
	}
	return h.Kind + " " + h.Metadata.Namespace + "/" + h.Metadata.Name
}

// Construct is the path of the construct that wrote the object, if known.
func (h Head) Construct() string { return h.Metadata.Annotations[ConstructAnnotation] }

// Load reads all documents of the files; "-" is standard input.
func Load(files ...string) ([]Document, error) {
	var docs []Document
	for _, file := range files {
		text, err := read(file)
		if err != nil {
			return nil, err
		}
		parsed, err := Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if len(parsed) == 0 {
			return nil, fmt.Errorf("%s holds no object", file)
		}
		docs = append(docs, parsed...)
	}
	return docs, nil
}

func read(file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(os.Stdin)
	}
	return os.ReadFile(file)
}

var separator = regexp.MustCompile(`(?m)^---([ \t].*)?\r?$`)

// Parse splits a multi-document text. It refuses what no API server would
// see: duplicate keys, documents that are no objects, objects without a name.
func Parse(text []byte) ([]Document, error) {
	var docs []Document
	for i, part := range separator.Split(string(text), -1) {
		data, err := yaml.YAMLToJSONStrict([]byte(part))
		if err != nil {
			return nil, fmt.Errorf("document %d: %w", i+1, err)
		}
		if string(data) == "null" {
			continue
		}
		doc := Document{YAML: []byte(part), JSON: data}
		if err := json.Unmarshal(data, &doc.Head); err != nil {
			return nil, fmt.Errorf("document %d: %w", i+1, err)
		}
		if doc.APIVersion == "" || doc.Kind == "" || doc.Metadata.Name == "" {
			return nil, fmt.Errorf("document %d: apiVersion, kind and metadata.name are required", i+1)
		}
		docs = append(docs, doc)
	}
	return docs, nil
}
