package jwt

import (
	"strings"
	"testing"

	"cdk8s-grpc-mesh/manifest"
)

func TestTrust(t *testing.T) {
	docs, err := manifest.Parse([]byte(`
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: tokens}
spec: {jwtRules: [{issuer: a, jwksUri: "https://a/keys"}, {issuer: b, jwks: own}, {issuer: c}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
data: {jwksUri: "https://a/keys"}
`))
	if err != nil {
		t.Fatal(err)
	}
	issuer, err := New()
	if err != nil {
		t.Fatal(err)
	}
	changed, err := issuer.Trust(docs)
	if err != nil {
		t.Fatal(err)
	}
	text := string(changed[0].JSON)
	if strings.Contains(text, "jwksUri") || strings.Count(text, `\"kid\":\"lab\"`) != 2 || !strings.Contains(text, `"jwks":"own"`) {
		t.Error(text)
	}
	if string(changed[1].JSON) != string(docs[1].JSON) || !strings.Contains(string(docs[0].JSON), "jwksUri") {
		t.Error("more has changed than the copy of the RequestAuthentication")
	}
}

func TestTrustNamesTheBroken(t *testing.T) {
	broken := manifest.Document{JSON: []byte("[]")}
	broken.Kind, broken.Metadata.Name, broken.Metadata.Namespace = "RequestAuthentication", "tokens", "shop"
	if _, err := (&Issuer{}).Trust([]manifest.Document{broken}); err == nil || !strings.HasPrefix(err.Error(), broken.Head.String()) {
		t.Error(err)
	}
}
