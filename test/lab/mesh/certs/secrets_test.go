package certs

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"cdk8s-grpc-mesh/manifest"
)

func TestFillSecrets(t *testing.T) {
	docs, err := manifest.Parse([]byte(`
apiVersion: v1
kind: Secret
metadata: {name: empty}
data: {tls.crt: "", ca.crt: "", other: ""}
---
apiVersion: v1
kind: Secret
metadata: {name: full}
data: {tls.crt: b3du}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gateway}
spec: {servers: [{hosts: ["shop/a.example.com"], port: {number: 443, name: x, protocol: HTTPS}}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gateway}
spec: {gatewayClassName: istio, listeners: [{hostname: b.example.com, name: x, port: 443, protocol: HTTPS}]}
`))
	if err != nil {
		t.Fatal(err)
	}
	authority, err := New("test")
	if err != nil {
		t.Fatal(err)
	}
	filled, err := authority.FillSecrets(docs, docs)
	if err != nil {
		t.Fatal(err)
	}
	var empty, full corev1.Secret
	if err := json.Unmarshal(filled[0].JSON, &empty); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(filled[1].JSON, &full); err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(empty.Data["tls.crt"])
	if block == nil || string(empty.Data["ca.crt"]) != string(authority.PEM) || len(empty.Data["other"]) > 0 {
		t.Fatalf("%v", empty.Data)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil || cert.VerifyHostname("a.example.com") != nil || cert.VerifyHostname("b.example.com") != nil {
		t.Errorf("%v, %v", err, cert.DNSNames)
	}
	if string(full.Data["tls.crt"]) != "own" {
		t.Errorf("%q", full.Data)
	}
	if strings.Contains(string(docs[0].JSON), "LS0t") {
		t.Error("the given documents have changed")
	}
}

func TestFillSecretsNamesTheBroken(t *testing.T) {
	docs, err := manifest.Load("../../testdata/broken/no-base64.yaml")
	if err != nil {
		t.Fatal(err)
	}
	authority, err := New("test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := authority.FillSecrets(docs, docs); err == nil || !strings.HasPrefix(err.Error(), "Secret shop/other: ") {
		t.Error(err)
	}
}
