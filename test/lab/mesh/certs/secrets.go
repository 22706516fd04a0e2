package certs

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	networking "istio.io/client-go/pkg/apis/networking/v1"
	corev1 "k8s.io/api/core/v1"
	gateway "sigs.k8s.io/gateway-api/apis/v1"

	"cdk8s-grpc-mesh/lab/objects"
	"cdk8s-grpc-mesh/manifest"
)

// FillSecrets completes the certificate Secrets that were declared with empty
// values: a server certificate for every host of every gateway, and the
// authority for client certificates.
func (a *Authority) FillSecrets(docs, hostsFrom []manifest.Document) ([]manifest.Document, error) {
	pair, err := a.Server(gatewayHosts(hostsFrom))
	if err != nil {
		return nil, err
	}
	values := map[string][]byte{
		corev1.TLSCertKey:       pair.Cert,
		corev1.TLSPrivateKeyKey: pair.Key,
		"ca.crt":                a.PEM,
		"cert":                  pair.Cert,
		"key":                   pair.Key,
		"cacert":                a.PEM,
	}
	filled := slices.Clone(docs)
	for i, doc := range filled {
		if doc.Kind != "Secret" || doc.Group() != "" {
			continue
		}
		object, err := objects.Decode(doc)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", doc.Head, err)
		}
		secret := object.(*corev1.Secret)
		for name, value := range secret.Data {
			if len(value) == 0 && values[name] != nil {
				secret.Data[name] = values[name]
			}
		}
		if filled[i].JSON, err = json.Marshal(secret); err != nil {
			return nil, fmt.Errorf("%s: %w", doc.Head, err)
		}
	}
	return filled, nil
}

// gatewayHosts lists the hosts of Istio's and of the Gateway API's gateways.
func gatewayHosts(docs []manifest.Document) []string {
	hosts := []string{"localhost"}
	for _, doc := range docs {
		if doc.Kind != "Gateway" {
			continue
		}
		object, err := objects.Decode(doc)
		if err != nil {
			continue
		}
		switch g := object.(type) {
		case *networking.Gateway:
			for _, server := range g.Spec.Servers {
				for _, host := range server.Hosts {
					hosts = append(hosts, host[strings.LastIndex(host, "/")+1:])
				}
			}
		case *gateway.Gateway:
			for _, listener := range g.Spec.Listeners {
				if listener.Hostname != nil {
					hosts = append(hosts, string(*listener.Hostname))
				}
			}
		}
	}
	return hosts
}
