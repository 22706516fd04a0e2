package echo

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// A Server is the application of one pod. Every port of it speaks gRPC, HTTP
// and plain lines of text, in TLS as well: the client's first bytes decide.
type Server struct {
	Pod      string
	Labels   map[string]string
	Recorder *Recorder
	TLS      *tls.Config // nil for none

	mu        sync.Mutex
	listeners []net.Listener
	conns     []net.Conn // all that were accepted; nil once stopped
	grpc      *grpc.Server
	http      *http.Server
}

// Serve answers on the listeners until Stop.
func (s *Server) Serve(listeners []net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners, s.conns = listeners, []net.Conn{}
	s.grpc = grpc.NewServer(grpc.UnknownServiceHandler(s.answer), grpc.ForceServerCodec(raw{}))
	s.http = &http.Server{Handler: http.HandlerFunc(s.answerHTTP)}
	forGRPC, forHTTP := newQueue(), newQueue()
	go func(g *grpc.Server) { _ = g.Serve(forGRPC) }(s.grpc)
	go func(h *http.Server) { _ = h.Serve(forHTTP) }(s.http)
	for _, listener := range listeners {
		go s.accept(listener, forGRPC, forHTTP)
	}
}

// Stop breaks off everything at once, as a killed process would.
func (s *Server) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, listener := range s.listeners {
		_ = listener.Close()
	}
	for _, conn := range s.conns {
		_ = conn.Close()
	}
	s.conns = nil
	s.grpc.Stop()
	_ = s.http.Close()
}

// keep remembers a connection for Stop; it is too late for one that comes
// afterwards.
func (s *Server) keep(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns == nil {
		return false
	}
	s.conns = append(s.conns, conn)
	return true
}

func (s *Server) accept(listener net.Listener, forGRPC, forHTTP *queue) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		if !s.keep(conn) {
			_ = conn.Close()
			return
		}
		go s.sort(conn, forGRPC, forHTTP)
	}
}

// sort hands the connection to those who speak its protocol. A handshake is
// the application's own TLS, for a proxy would have ended that of the mesh.
func (s *Server) sort(conn net.Conn, forGRPC, forHTTP *queue) {
	peeked := &peekedConn{Conn: conn, reader: bufio.NewReader(conn)}
	first, _ := peeked.reader.Peek(4)
	switch string(first) {
	case "PRI ":
		forGRPC.push(peeked)
	case "GET ", "POST", "PUT ", "HEAD", "OPTI", "DELE", "PATC":
		forHTTP.push(peeked)
	default:
		if _, encrypted := conn.(*tls.Conn); s.TLS != nil && !encrypted && bytes.HasPrefix(first, handshakeBytes) {
			s.sort(tls.Server(peeked, s.TLS), forGRPC, forHTTP)
			return
		}
		s.answerLines(peeked)
	}
}

// handshakeBytes begin every version of TLS.
var handshakeBytes = []byte{0x16, 0x03}

// answer is the handler of every gRPC method.
func (s *Server) answer(_ any, stream grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(stream)
	md, _ := metadata.FromIncomingContext(stream.Context())
	get := func(name string) string {
		return strings.Join(md.Get(name), ",")
	}
	arrival := s.arrival(method, get)
	if deadline, ok := stream.Context().Deadline(); ok {
		arrival.Deadline = time.Until(deadline)
	}
	for name := range md {
		arrival.Headers[name] = get(name)
	}
	number := s.Recorder.add(get(callKey), arrival)
	order := instructions(get)

	if order.failsAt(s.Pod, number) {
		return s.fail(stream, order)
	}
	if get(kindKey) == BidiStream {
		return mirror(stream)
	}
	return respond(stream, order)
}

func (s *Server) fail(stream grpc.ServerStream, order Instructions) error {
	if err := pause(stream, order.Delay); err != nil {
		return err
	}
	code, err := Code(order.Fail)
	if err != nil {
		return status.Error(codes.InvalidArgument, err.Error())
	}
	if order.After == "headers" {
		if err := stream.SendHeader(metadata.Pairs("lab-headers", "sent")); err != nil {
			return err
		}
	}
	return status.Error(code, "as instructed")
}

func mirror(stream grpc.ServerStream) error {
	for {
		var message []byte
		if err := stream.RecvMsg(&message); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := stream.SendMsg(message); err != nil {
			return err
		}
	}
}

func respond(stream grpc.ServerStream, order Instructions) error {
	for {
		var message []byte
		if err := stream.RecvMsg(&message); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
	}
	if err := pause(stream, order.Delay); err != nil {
		return err
	}
	for i := range max(1, order.Messages) {
		if i > 0 {
			if err := pause(stream, order.Interval); err != nil {
				return err
			}
		}
		if err := stream.SendMsg([]byte{}); err != nil {
			return err
		}
	}
	return nil
}

func pause(stream grpc.ServerStream, text string) error {
	select {
	case <-time.After(duration(text)):
		return nil
	case <-stream.Context().Done():
		return status.FromContextError(stream.Context().Err()).Err()
	}
}

// answerHTTP answers HTTP/1.1. A gRPC server would not: calls that a proxy
// has degraded to HTTP/1.1 are cut off.
func (s *Server) answerHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
		panic(http.ErrAbortHandler)
	}
	arrival := s.arrival(r.URL.Path, r.Header.Get)
	for name := range r.Header {
		arrival.Headers[strings.ToLower(name)] = r.Header.Get(name)
	}
	s.Recorder.add(r.Header.Get(callKey), arrival)
	time.Sleep(duration(r.Header.Get("lab-delay")))
	_ = json.NewEncoder(w).Encode(arrival)
}

// answerLines sends every line back. The first one names the call.
func (s *Server) answerLines(conn net.Conn) {
	defer conn.Close()
	lines := bufio.NewScanner(conn)
	for first := true; lines.Scan(); first = false {
		if first {
			s.Recorder.add(lines.Text(), Arrival{Pod: s.Pod, Labels: s.Labels})
		}
		if _, err := fmt.Fprintln(conn, lines.Text()); err != nil {
			return
		}
	}
}

func (s *Server) arrival(method string, header func(string) string) Arrival {
	return Arrival{
		Pod:     s.Pod,
		Labels:  s.Labels,
		Method:  method,
		Caller:  callerOf(header("x-forwarded-client-cert")),
		Headers: map[string]string{},
	}
}
