package istiod

import (
	"fmt"
	"net"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	secret "github.com/envoyproxy/go-control-plane/envoy/service/secret/v3"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/anypb"

	"istio.io/istio/pkg/test"

	"cdk8s-grpc-mesh/lab/certs"
)

const secretType = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"

// SDS hands each proxy the certificate of its identity, as istio-agent does
// beside a real one.
type SDS struct {
	secret.UnimplementedSecretDiscoveryServiceServer
	TrustDomain string
	Mesh        *certs.Authority // of identities
	Public      *certs.Authority // of the servers outside the mesh
}

// Serve answers on the address until t ends.
func (s *SDS) Serve(t test.Failer, address string) error {
	listener, err := net.Listen("tcp", fmt.Sprintf("%s:%d", address, SDSPort))
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	secret.RegisterSecretDiscoveryServiceServer(server, s)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return nil
}

// StreamSecrets answers the first request for each set of names. Certificates
// of a lab do not rotate, so acknowledgements need no answer.
func (s *SDS) StreamSecrets(stream secret.SecretDiscoveryService_StreamSecretsServer) error {
	var node *core.Node
	for {
		request, err := stream.Recv()
		if err != nil {
			return err
		}
		if request.Node != nil {
			node = request.Node
		}
		if request.ResponseNonce != "" {
			continue
		}
		response := &discovery.DiscoveryResponse{TypeUrl: secretType, VersionInfo: "1", Nonce: "1"}
		for _, name := range request.ResourceNames {
			found, err := s.secret(node, name)
			if err != nil {
				return err
			}
			packed, err := anypb.New(found)
			if err != nil {
				return err
			}
			response.Resources = append(response.Resources, packed)
		}
		if err := stream.Send(response); err != nil {
			return err
		}
	}
}

func (s *SDS) secret(node *core.Node, name string) (*tls.Secret, error) {
	switch name {
	case "default":
		metadata := node.GetMetadata().GetFields()
		pair, err := s.Mesh.Identity(s.TrustDomain, metadata["NAMESPACE"].GetStringValue(), metadata["SERVICE_ACCOUNT"].GetStringValue())
		if err != nil {
			return nil, err
		}
		return &tls.Secret{Name: name, Type: &tls.Secret_TlsCertificate{TlsCertificate: &tls.TlsCertificate{
			CertificateChain: inline(pair.Cert),
			PrivateKey:       inline(pair.Key),
		}}}, nil
	case "ROOTCA":
		return trusting(name, s.Mesh), nil
	case "file-root:system": // of a DestinationRule with public roots
		return trusting(name, s.Public), nil
	}
	return nil, fmt.Errorf("no secret %q", name)
}

func trusting(name string, authority *certs.Authority) *tls.Secret {
	return &tls.Secret{Name: name, Type: &tls.Secret_ValidationContext{ValidationContext: &tls.CertificateValidationContext{
		TrustedCa: inline(authority.PEM),
	}}}
}

func inline(data []byte) *core.DataSource {
	return &core.DataSource{Specifier: &core.DataSource_InlineBytes{InlineBytes: data}}
}
