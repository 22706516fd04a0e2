package cluster

import (
	"crypto/tls"
	"fmt"
	"strings"

	"cdk8s-grpc-mesh/lab/certs"
)

// clientCertificate makes the certificate that the route's client shows.
func (c *Cluster) clientCertificate(r Route) (*tls.Certificate, error) {
	if r.Identity == "" && r.Client == "" {
		return nil, nil
	}
	authority, err := c.authority(r.Client)
	if err != nil {
		return nil, err
	}
	var pair certs.Pair
	if r.Identity == "" {
		pair, err = authority.Server([]string{"client"})
	} else {
		parts := strings.Split(r.Identity, "/")
		if len(parts) == 2 {
			parts = append([]string{c.trustDomain}, parts...)
		}
		if len(parts) != 3 {
			return nil, fmt.Errorf("identity: %q is not namespace/account", r.Identity)
		}
		pair, err = authority.Identity(parts[0], parts[1], parts[2])
	}
	if err != nil {
		return nil, err
	}
	loaded, err := pair.TLS()
	return &loaded, err
}

// authority is the one that a client has its certificate from.
func (c *Cluster) authority(client string) (*certs.Authority, error) {
	switch client {
	case "":
		return c.mesh, nil
	case "trusted":
		return c.public, nil
	case "foreign":
		return certs.New("foreign")
	}
	return nil, fmt.Errorf("client: %q is neither trusted nor foreign", client)
}
