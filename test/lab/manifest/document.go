// Package manifest is what the lab's programs share: YAML documents in,
// findings out. It knows nothing of Istio or of Kubernetes' types.
package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"
)

// ConstructAnnotation names the construct that wrote an object.
const ConstructAnnotation = "cdk8s-grpc-mesh/construct"

// A Document is one object of a manifest, exactly as it was written if it is
// not an item of a List.
type Document struct {
	File string // where it was read from
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

// IsSame tells whether two documents are about one object.
func (d Document) IsSame(other Document) bool {
	return d.Group() == other.Group() && d.Head.String() == other.Head.String()
}

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
		for i := range parsed {
			parsed[i].File = file
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

// separator takes a comment. Content beside it would belong to the document
// that follows: it is rare, and refused.
var (
	separator = regexp.MustCompile(`(?m)^---([ \t].*)?\r?$`)
	lonely    = regexp.MustCompile(`^---[ \t]*([ \t]#.*)?\r?$`)
)

// Parse splits a multi-document text and takes Lists apart. It refuses what no API server would
// see: duplicate keys, documents that are no objects, objects without a name.
func Parse(text []byte) ([]Document, error) {
	for _, line := range separator.FindAll(text, -1) {
		if !lonely.Match(line) {
			return nil, fmt.Errorf("%s: a line that separates documents has nothing else", line)
		}
	}
	var docs []Document
	line := 1
	for _, part := range separator.Split(string(text), -1) {
		data, err := yaml.YAMLToJSONStrict([]byte(part))
		if err != nil {
			return nil, fmt.Errorf("document at line %d: %w", line, err)
		}
		if string(data) != "null" {
			found, err := expand(Document{YAML: []byte(part), JSON: data})
			if err != nil {
				return nil, fmt.Errorf("document at line %d: %w", line, err)
			}
			docs = append(docs, found...)
		}
		line += strings.Count(part, "\n")
	}
	return docs, nil
}

// expand gives the objects of a document: itself, or the items of a List.
func expand(doc Document) ([]Document, error) {
	if err := json.Unmarshal(doc.JSON, &doc.Head); err != nil {
		return nil, err
	}
	if doc.APIVersion == "v1" && doc.Kind == "List" {
		return items(doc)
	}
	if doc.APIVersion == "" || doc.Kind == "" || doc.Metadata.Name == "" {
		return nil, errors.New("apiVersion, kind and metadata.name are required")
	}
	return []Document{doc}, nil
}

// items takes a List apart. JSON is YAML: that is how its items are written.
func items(list Document) ([]Document, error) {
	var content struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(list.JSON, &content); err != nil {
		return nil, err
	}
	var docs []Document
	for i, item := range content.Items {
		found, err := expand(Document{YAML: item, JSON: item})
		if err != nil {
			return nil, fmt.Errorf("item %d: %w", i+1, err)
		}
		docs = append(docs, found...)
	}
	return docs, nil
}
