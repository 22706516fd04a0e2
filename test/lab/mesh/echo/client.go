package echo

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// Kinds of calls.
const (
	Unary        = "unary"
	ServerStream = "server-stream"
	ClientStream = "client-stream"
	BidiStream   = "bidi-stream"
	Web          = "grpc-web"
	WebText      = "grpc-web-text"
	Preflight    = "preflight"
	HTTP         = "http"
	TCP          = "tcp"
)

// A Target is where calls go, seen from one client.
type Target struct {
	Authority string
	Address   string // that Dial opens a connection to
	Dial      func(ctx context.Context) (net.Conn, error)
	TLS       *tls.Config // nil for plain text
}

// A Call is one call of any kind.
type Call struct {
	ID       string
	Kind     string
	Method   string // path
	Verb     string // of HTTP; default GET
	Metadata map[string]string
	Server   Instructions
	Messages int // that the client of a stream sends
	Interval time.Duration
	Deadline time.Duration // told to the server, 0 for none
	Patience time.Duration // after which the client gives up by itself
}

// headers of a call, with the instructions.
func (c Call) headers() map[string]string {
	all := c.Server.metadata()
	all[callKey], all[kindKey] = c.ID, c.Kind
	for name, value := range c.Metadata {
		all[name] = value
	}
	return all
}

// An Outcome is what a client sees.
type Outcome struct {
	Code     int               `json:"code"` // of gRPC; -1 if there is none
	Message  string            `json:"message,omitempty"`
	HTTP     int               `json:"http,omitempty"`
	Messages int               `json:"messages,omitempty"`
	TLS      string            `json:"tls,omitempty"`
	Headers  map[string]string `json:"headers,omitempty"`
	Duration time.Duration     `json:"-"`
}

// Conn makes calls of one kind over one connection.
type Conn struct {
	target Target
	grpc   *grpc.ClientConn
	tls    *handshake
}

// Connect prepares a connection; it is opened by the first call. Retries of
// the client library are off: they would hide what the mesh does.
func Connect(target Target) (*Conn, error) {
	conn := &Conn{target: target}
	creds := insecure.NewCredentials()
	if target.TLS != nil {
		conn.tls = &handshake{config: target.TLS}
		creds = conn.tls
	}
	var err error
	conn.grpc, err = grpc.NewClient("passthrough:///"+target.Authority,
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return target.Dial(ctx) }),
		grpc.WithTransportCredentials(creds),
		grpc.WithAuthority(target.Authority),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(raw{})),
		grpc.WithDisableRetry(),
		grpc.WithDisableServiceConfig(),
		grpc.WithDisableHealthCheck(),
	)
	return conn, err
}

// Close ends the connection.
func (c *Conn) Close() { _ = c.grpc.Close() }

// Do makes a call and waits for its end.
func (c *Conn) Do(call Call) Outcome {
	start := time.Now()
	var outcome Outcome
	switch call.Kind {
	case Web, WebText, Preflight, HTTP:
		outcome = c.target.overHTTP(call)
	case TCP:
		outcome = c.target.overTCP(call)
	default:
		outcome = c.overGRPC(call)
	}
	outcome.Duration = time.Since(start)
	return outcome
}

func (c *Conn) overGRPC(call Call) Outcome {
	ctx, cancel := context.WithCancel(metadata.NewOutgoingContext(context.Background(), metadata.New(call.headers())))
	defer cancel()
	if call.Deadline > 0 {
		ctx, cancel = context.WithTimeout(ctx, call.Deadline)
		defer cancel()
	} else {
		// Not a deadline: that one would be told to the server.
		defer time.AfterFunc(call.Patience, cancel).Stop()
	}
	received, header, err := c.exchange(ctx, call)
	outcome := Outcome{Messages: received, Headers: map[string]string{}}
	for name, values := range header {
		outcome.Headers[name] = values[0]
	}
	if c.tls != nil {
		outcome.TLS = c.tls.version()
	}
	s := status.Convert(err)
	outcome.Code, outcome.Message = int(s.Code()), s.Message()
	return outcome
}

func (c *Conn) exchange(ctx context.Context, call Call) (received int, header metadata.MD, err error) {
	stream, err := c.grpc.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, call.Method)
	if err != nil {
		return 0, nil, err
	}
	receive := func() error {
		var message []byte
		err := stream.RecvMsg(&message)
		if err == nil {
			received++
		}
		return err
	}
	for i := range max(1, call.Messages) {
		if i > 0 {
			time.Sleep(call.Interval)
		}
		if err = stream.SendMsg([]byte{}); err != nil {
			break // the reason comes with the next message
		}
		if call.Kind == BidiStream {
			if err = receive(); err != nil {
				return received, answered(stream), ignoreEOF(err)
			}
		}
	}
	_ = stream.CloseSend()
	for err = receive(); err == nil; err = receive() {
	}
	return received, answered(stream), ignoreEOF(err)
}

// answered are the headers and trailers of an ended stream. A refusal may have
// nothing but trailers.
func answered(stream grpc.ClientStream) metadata.MD {
	header, _ := stream.Header()
	return metadata.Join(header, stream.Trailer())
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// handshake is TLS with a server name that need not be the authority: a
// library's own credentials would not send a wrong one.
type handshake struct {
	config *tls.Config
	agreed atomic.Uint32 // version of the last handshake
}

func (h *handshake) ClientHandshake(ctx context.Context, _ string, conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	secured, err := secure(ctx, conn, h.config, "h2")
	if err != nil {
		return nil, nil, err
	}
	state := secured.ConnectionState()
	h.agreed.Store(uint32(state.Version))
	return secured, credentials.TLSInfo{
		State:          state,
		CommonAuthInfo: credentials.CommonAuthInfo{SecurityLevel: credentials.PrivacyAndIntegrity},
	}, nil
}

func (h *handshake) version() string {
	if h.agreed.Load() == 0 {
		return ""
	}
	return tls.VersionName(uint16(h.agreed.Load()))
}

func (h *handshake) Info() credentials.ProtocolInfo {
	return credentials.ProtocolInfo{SecurityProtocol: "tls"}
}

func (h *handshake) Clone() credentials.TransportCredentials { return h }

func (h *handshake) OverrideServerName(string) error { return nil }

func (h *handshake) ServerHandshake(net.Conn) (net.Conn, credentials.AuthInfo, error) {
	return nil, nil, errors.New("this is a client")
}

func secure(ctx context.Context, conn net.Conn, config *tls.Config, protocols ...string) (*tls.Conn, error) {
	config = config.Clone()
	config.NextProtos = slices.Concat(config.NextProtos, protocols)
	secured := tls.Client(conn, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return secured, nil
}
