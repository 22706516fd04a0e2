package echo

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
)

// A killed process keeps no connection, whatever was said on it.
func TestStopBreaksOffEverything(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &Server{Pod: "shop/web-0", Recorder: NewRecorder()}
	server.Serve([]net.Listener{listener})
	conns := map[string]net.Conn{}
	for _, said := range []string{"", "PRI", "a line\n"} {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := fmt.Fprint(conn, said); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(conn, make([]byte, strings.Count(said, "\n")*len(said))); err != nil { // lines are answered
			t.Fatal(err)
		}
		conns[said] = conn
	}
	time.Sleep(50 * time.Millisecond) // so that all are accepted
	server.Stop()
	for said, conn := range conns {
		_ = conn.SetDeadline(time.Now().Add(time.Second))
		if _, err := io.ReadAll(conn); err != nil && err.(net.Error).Timeout() {
			t.Errorf("after %q: %v", said, err)
		}
	}
}

func TestRefusalsAreAnswers(t *testing.T) {
	_, conn := serve(t, nil)
	for _, after := range []string{"", "headers"} {
		order := Instructions{Fail: "NOT_FOUND", After: after}
		outcome := conn.Do(Call{ID: "x" + after, Kind: Unary, Method: "/a/b", Patience: time.Second, Server: order})
		if outcome.Code != int(codes.NotFound) || outcome.Headers["content-type"] != "application/grpc" {
			t.Errorf("after %q: %+v", after, outcome)
		}
	}
}

func TestSilenceIsNoRefusal(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // nobody accepts
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	target := Target{Authority: "a:1", Dial: func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", listener.Addr().String())
	}}
	conn, err := Connect(target)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, kind := range []string{TCP, HTTP, Web} {
		outcome := conn.Do(Call{ID: "x", Kind: kind, Method: "/a", Patience: 100 * time.Millisecond})
		if outcome.Code != int(codes.DeadlineExceeded) || outcome.HTTP != 0 || len(outcome.Headers) > 0 {
			t.Errorf("%s: %+v", kind, outcome)
		}
	}
}
