package check

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/diag"
	"istio.io/istio/pkg/config/analysis/local"

	"cdk8s-grpc-mesh/lab/objects"
	"cdk8s-grpc-mesh/lab/workload"
	"cdk8s-grpc-mesh/manifest"
)

// analyze runs all analyzers of `istioctl analyze` on the documents, with one
// running pod for every workload, so that selectors have something to select.
func analyze(docs, platform []manifest.Document) ([]manifest.Finding, error) {
	all := append(append([]manifest.Document{}, docs...), platform...)
	workloads, err := workload.Find(all)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	for _, doc := range all {
		if doc.Kind == "Pod" {
			continue // among the running pods
		}
		data, err := completed(doc)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", doc.Head, err)
		}
		fmt.Fprintf(&text, "%s\n---\n", data)
	}
	owners := map[string]manifest.Head{}
	for i, w := range workloads {
		pod := w.Pod(0, fmt.Sprintf("10.244.%d.%d", 1+i/250, 1+i%250))
		owners["Pod "+pod.Namespace+"/"+pod.Name] = w.Head
		data, err := json.Marshal(pod)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&text, "%s\n---\n", data)
	}

	analyzer := local.NewIstiodAnalyzer(analyzers.AllCombined(), "", "istio-system", nil)
	source := local.ReaderSource{Name: "manifests", Reader: &text}
	if err := analyzer.AddTestReaderKubeSource([]local.ReaderSource{source}); err != nil {
		return nil, err
	}
	stop := make(chan struct{})
	defer close(stop)
	result, err := analyzer.Analyze(stop)
	if err != nil {
		return nil, err
	}
	var findings []manifest.Finding
	context := names(platform)
	for own := range names(docs) { // a Gateway may have a namesake in another group
		delete(context, own)
	}
	for _, message := range result.Messages {
		finding := findingOf(message)
		if owner, ok := owners[finding.Object]; ok {
			finding.Object, finding.Path = owner.String(), owner.Construct()
		}
		if !context[finding.Object] {
			findings = append(findings, finding)
		}
	}
	return findings, nil
}

// completed is what a cluster makes of a document before anybody analyzes it.
func completed(doc manifest.Document) ([]byte, error) {
	if doc.Kind != "Service" || doc.Group() != "" {
		return doc.JSON, nil
	}
	object, err := objects.Decode(doc)
	if err != nil {
		return nil, err
	}
	objects.CompletePorts(object.(*corev1.Service))
	return json.Marshal(object)
}

func names(docs []manifest.Document) map[string]bool {
	set := map[string]bool{}
	for _, doc := range docs {
		set[doc.Head.String()] = true
	}
	return set
}

func findingOf(m diag.Message) manifest.Finding {
	finding := manifest.Finding{
		Source:  "analyzer",
		Level:   strings.ToLower(m.Type.Level().String()),
		Code:    m.Type.Code(),
		Message: fmt.Sprintf(m.Type.Template(), m.Parameters...),
	}
	if r := m.Resource; r != nil {
		kind, _, _ := strings.Cut(r.Origin.FriendlyName(), " ")
		head := manifest.Head{Kind: kind}
		head.Metadata.Name = r.Metadata.FullName.Name.String()
		head.Metadata.Namespace = r.Metadata.FullName.Namespace.String()
		head.Metadata.Annotations = r.Metadata.Annotations
		finding.Object, finding.Path = head.String(), head.Construct()
	}
	return finding
}
