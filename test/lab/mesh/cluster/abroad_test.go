package cluster

import (
	"crypto/tls"
	"crypto/x509"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"cdk8s-grpc-mesh/lab/certs"
)

func TestServersAbroad(t *testing.T) {
	public, err := certs.New("public")
	if err != nil {
		t.Fatal(err)
	}
	c := &Cluster{public: public}
	for _, test := range []struct {
		name        string
		annotations map[string]string
		host        string // that its certificate is good for
		trusted     bool
		clients     tls.ClientAuthType
	}{
		{"a server with the names that DNS has", map[string]string{names: "a.example, b.example"}, "b.example", true, tls.NoClientCert},
		{"one with a certificate for others", map[string]string{names: "a.example", certificateNames: "b.example"}, "a.example", false, tls.NoClientCert},
		{"one of an authority that nobody knows", map[string]string{names: "a.example", authorityOf: "foreign"}, "a.example", false, tls.NoClientCert},
		{"one that asks for certificates", map[string]string{names: "a.example", clientCertificates: "required"}, "a.example", true, tls.RequireAndVerifyClientCert},
		{"a pod that plays none", nil, "pod", true, tls.NoClientCert},
	} {
		t.Run(test.name, func(t *testing.T) {
			pod := &corev1.Pod{}
			pod.Name, pod.Annotations = "pod", test.annotations
			config, err := c.abroad(pod)
			if err != nil {
				t.Fatal(err)
			}
			leaf, err := x509.ParseCertificate(config.Certificates[0].Certificate[0])
			if err != nil {
				t.Fatal(err)
			}
			_, err = leaf.Verify(x509.VerifyOptions{DNSName: test.host, Roots: public.Pool()})
			if (err == nil) != test.trusted || config.ClientAuth != test.clients {
				t.Errorf("verified: %v, client certificates: %v", err, config.ClientAuth)
			}
		})
	}
	for annotation, value := range map[string]string{authorityOf: "mine", clientCertificates: "maybe"} {
		pod := &corev1.Pod{}
		pod.Annotations = map[string]string{annotation: value}
		if _, err := c.abroad(pod); err == nil || !strings.Contains(err.Error(), annotation) {
			t.Errorf("%s: %s is taken: %v", annotation, value, err)
		}
	}
}
