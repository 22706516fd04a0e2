package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"cdk8s-grpc-mesh/manifest"
)

// A client talks to the server as its administrator, without any library that
// would convert or repair a manifest on the way.
type client struct {
	http  *http.Client
	base  string
	token string
	kinds map[schema.GroupVersion]map[string]metav1.APIResource
}

// client waits until the server is ready.
func (s *server) client() (*client, error) {
	last := errors.New("it has no certificate")
	deadline := time.Now().Add(60 * time.Second)
	for ; time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		cert, err := os.ReadFile(s.path("apiserver.crt"))
		if err != nil {
			continue
		}
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(cert)
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "kubernetes"}}
		c := &client{
			http:  &http.Client{Transport: transport, Timeout: 30 * time.Second},
			base:  fmt.Sprintf("https://127.0.0.1:%d", s.port),
			token: s.token,
			kinds: map[schema.GroupVersion]map[string]metav1.APIResource{},
		}
		ready, err := c.do(http.MethodGet, "/readyz", "", nil)
		if err == nil && ready.status == http.StatusOK {
			return c, nil
		}
		if err == nil {
			err = errors.New(string(ready.body))
		}
		last = err
	}
	return nil, fmt.Errorf("the API server is not ready after 60 s: %w", last)
}

type answer struct {
	status   int
	body     []byte
	warnings []string
}

func (c *client) do(method, path, contentType string, body []byte) (*answer, error) {
	request, err := http.NewRequest(method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	return &answer{response.StatusCode, data, warnings(response.Header)}, nil
}

var warningText = regexp.MustCompile(`^299 \S+ "((?:[^"\\]|\\.)*)"`)

// warnings reads the texts of Warning headers: 299 agent "text".
func warnings(header http.Header) []string {
	var texts []string
	for _, value := range header.Values("Warning") {
		if m := warningText.FindStringSubmatch(value); m != nil {
			value = regexp.MustCompile(`\\(.)`).ReplaceAllString(m[1], "$1")
		}
		texts = append(texts, value)
	}
	return texts
}

// pathOf is where an object lives, empty if the server does not know its kind.
func (c *client) pathOf(h manifest.Head) (string, error) {
	group, err := schema.ParseGroupVersion(h.APIVersion)
	if err != nil {
		return "", err
	}
	root := "/apis/" + h.APIVersion
	if group.Group == "" {
		root = "/api/" + h.APIVersion
	}
	if c.kinds[group] == nil {
		if c.kinds[group], err = c.discover(root); err != nil {
			return "", err
		}
	}
	resource, ok := c.kinds[group][h.Kind]
	switch {
	case !ok:
		return "", nil
	case !resource.Namespaced:
		return root + "/" + resource.Name + "/" + h.Metadata.Name, nil
	default:
		return root + "/namespaces/" + namespaceOf(h) + "/" + resource.Name + "/" + h.Metadata.Name, nil
	}
}

func namespaceOf(h manifest.Head) string {
	if h.Metadata.Namespace == "" {
		return "default"
	}
	return h.Metadata.Namespace
}

func (c *client) discover(root string) (map[string]metav1.APIResource, error) {
	got, err := c.do(http.MethodGet, root, "", nil)
	if err != nil || got.status == http.StatusNotFound {
		return map[string]metav1.APIResource{}, err
	}
	var list metav1.APIResourceList
	if err := json.Unmarshal(got.body, &list); err != nil {
		return nil, fmt.Errorf("%s: %w", root, err)
	}
	kinds := map[string]metav1.APIResource{}
	for _, resource := range list.APIResources {
		if _, known := kinds[resource.Kind]; !known { // the first is no subresource
			kinds[resource.Kind] = resource
		}
	}
	return kinds, nil
}
