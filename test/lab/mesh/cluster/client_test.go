package cluster

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"testing"

	"cdk8s-grpc-mesh/lab/certs"
)

// A certificate is shown to a server that names other authorities, too: what
// such a server refuses is to be the certificate, not its absence.
func TestClientsShowTheirCertificates(t *testing.T) {
	c := &Cluster{trustDomain: "cluster.local"}
	for name, authority := range map[string]**certs.Authority{"mesh": &c.mesh, "public": &c.public} {
		made, err := certs.New(name)
		if err != nil {
			t.Fatal(err)
		}
		*authority = made
	}
	const web = "spiffe://cluster.local/ns/shop/sa/web"
	for name, test := range map[string]struct {
		route Route
		shown int
		id    string
		valid bool // in the eyes of the mesh
	}{
		"an identity":             {Route{Identity: "shop/web"}, 1, web, true},
		"of another domain":       {Route{Identity: "a/shop/web"}, 1, "spiffe://a/ns/shop/sa/web", true},
		"of an unknown authority": {Route{Identity: "shop/web", Client: "foreign"}, 1, web, false},
		"of the public's":         {Route{Identity: "shop/web", Client: "trusted"}, 1, web, false},
		"no identity":             {Route{Client: "foreign"}, 1, "", false},
		"no certificate":          {Route{TLS: "any"}, 0, "", false},
	} {
		config, err := c.tls(test.route, "web.shop", false, true)
		if err != nil || config == nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		shown := shake(t, c.mesh, config)
		if len(shown.PeerCertificates) != test.shown {
			t.Errorf("%s: %d certificates", name, len(shown.PeerCertificates))
			continue
		}
		if test.shown == 0 {
			continue
		}
		leaf, id := shown.PeerCertificates[0], ""
		if len(leaf.URIs) > 0 {
			id = leaf.URIs[0].String()
		}
		_, err = leaf.Verify(x509.VerifyOptions{
			Roots: c.mesh.Pool(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		})
		if id != test.id || (err == nil) != test.valid {
			t.Errorf("%s: shows %q, %v", name, id, err)
		}
	}
	for _, route := range []Route{{Identity: "web"}, {Client: "anybody"}, {TLS: "1.1"}} {
		if _, err := c.tls(route, "web.shop", false, true); err == nil {
			t.Errorf("%+v: accepted", route)
		}
	}
}

// shake gives what a server that asks for certificates of the authority sees.
func shake(t *testing.T, authority *certs.Authority, client *tls.Config) tls.ConnectionState {
	t.Helper()
	pair, err := authority.Server([]string{"server"})
	if err != nil {
		t.Fatal(err)
	}
	own, err := pair.TLS()
	if err != nil {
		t.Fatal(err)
	}
	near, far := net.Pipe()
	defer near.Close()
	defer far.Close()
	server := tls.Server(far, &tls.Config{
		Certificates: []tls.Certificate{own}, ClientAuth: tls.RequestClientCert, ClientCAs: authority.Pool(),
	})
	go func() { _ = tls.Client(near, client).Handshake() }()
	if err := server.HandshakeContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	return server.ConnectionState()
}
