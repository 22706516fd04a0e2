package cluster

import (
	"crypto/tls"
	"fmt"
	"strings"

	"cdk8s-grpc-mesh/lab/certs"
)

// clientCertificate makes the certificate that the route's client shows.
func (c *Cluster) clientCertificate(r Route) (*tls.Certificate, error) {
	var pair certs.Pair
	var err error
	switch {
	case r.Identity != "":
		parts := strings.Split(r.Identity, "/")
		if len(parts) == 2 {
			parts = append([]string{c.trustDomain}, parts...)
		}
		if len(parts) != 3 {
			return nil, fmt.Errorf("identity: %q is not namespace/account", r.Identity)
		}
		pair, err = c.mesh.Identity(parts[0], parts[1], parts[2])
	case r.Client == "trusted":
		pair, err = c.public.Server([]string{"client"})
	case r.Client == "foreign":
		foreign, newErr := certs.New("foreign")
		if newErr != nil {
			return nil, newErr
		}
		pair, err = foreign.Server([]string{"client"})
	case r.Client != "":
		return nil, fmt.Errorf("client: %q is neither trusted nor foreign", r.Client)
	default:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	loaded, err := pair.TLS()
	return &loaded, err
}
