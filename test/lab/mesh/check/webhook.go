package check

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/webhooks/validation/server"

	"cdk8s-grpc-mesh/manifest"
)

// webhook is istiod's validating webhook, asked over HTTP in memory.
type webhook struct{ handler http.Handler }

func newWebhook() (*webhook, error) {
	mux := http.NewServeMux()
	_, err := server.New(server.Options{
		Schemas:      collections.PilotGatewayAPI(),
		DomainSuffix: "cluster.local",
		Mux:          mux,
	})
	return &webhook{mux}, err
}

func (w *webhook) check(doc manifest.Document) []manifest.Finding {
	answer, err := w.review(doc)
	if err != nil {
		return []manifest.Finding{manifest.About(doc.Head, "webhook", manifest.Error, "Unanswered", err.Error())}
	}
	var findings []manifest.Finding
	if !answer.Allowed {
		findings = append(findings, manifest.About(doc.Head, "webhook", manifest.Error, "Denied", answer.Result.Message))
	}
	for _, warning := range answer.Warnings {
		findings = append(findings, manifest.About(doc.Head, "webhook", manifest.Warning, "Warned", warning))
	}
	return findings
}

func (w *webhook) review(doc manifest.Document) (*admissionv1.AdmissionResponse, error) {
	kind := schema.FromAPIVersionAndKind(doc.APIVersion, doc.Kind)
	body, err := json.Marshal(admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request: &admissionv1.AdmissionRequest{
			UID:       "lab",
			Kind:      metav1.GroupVersionKind(kind),
			Name:      doc.Metadata.Name,
			Namespace: doc.Metadata.Namespace,
			Operation: admissionv1.Create,
			Object:    runtime.RawExtension{Raw: doc.JSON},
		},
	})
	if err != nil {
		return nil, err
	}
	request := httptest.NewRequest(http.MethodPost, "/validate", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, request)

	var review admissionv1.AdmissionReview
	if err := json.Unmarshal(recorder.Body.Bytes(), &review); err != nil {
		return nil, fmt.Errorf("HTTP %d: %s", recorder.Code, recorder.Body)
	}
	return review.Response, nil
}
