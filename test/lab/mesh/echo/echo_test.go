package echo

import (
	"context"
	"crypto/tls"
	"net"
	"net/http/httptest"
	"testing"
	"time"
)

// serve runs a server on the loopback interface and connects to it, by TLS if
// the client is configured for it.
func serve(t *testing.T, client *tls.Config) (*Recorder, *Conn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	lender := httptest.NewTLSServer(nil) // of a certificate
	defer lender.Close()
	server := &Server{Pod: "shop/web-0", Recorder: NewRecorder(), TLS: &tls.Config{
		Certificates: lender.TLS.Certificates, NextProtos: []string{"h2", "http/1.1"},
	}}
	server.Serve([]net.Listener{listener})
	t.Cleanup(server.Stop)
	conn, err := Connect(Target{Authority: "web:1", TLS: client, Dial: func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", listener.Addr().String())
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return server.Recorder, conn
}

func TestCalls(t *testing.T) {
	t.Run("in plain text", func(t *testing.T) { makeCalls(t, nil, "") })
	t.Run("in TLS", func(t *testing.T) { makeCalls(t, &tls.Config{InsecureSkipVerify: true}, "TLS 1.3") })
}

func makeCalls(t *testing.T, client *tls.Config, version string) {
	recorder, conn := serve(t, client)
	for name, test := range map[string]struct {
		call     Call
		code     int
		messages int
	}{
		"unary":         {Call{Kind: Unary}, 0, 1},
		"failing":       {Call{Kind: Unary, Server: Instructions{Fail: "NOT_FOUND"}}, 5, 0},
		"elsewhere":     {Call{Kind: Unary, Server: Instructions{Fail: "NOT_FOUND", Pod: "shop/web-1"}}, 0, 1},
		"late":          {Call{Kind: Unary, Deadline: 50 * time.Millisecond, Server: Instructions{Delay: "5s"}}, 4, 0},
		"server stream": {Call{Kind: ServerStream, Server: Instructions{Messages: 3}}, 0, 3},
		"client stream": {Call{Kind: ClientStream, Messages: 3}, 0, 1},
		"bidi stream":   {Call{Kind: BidiStream, Messages: 3}, 0, 3},
		"HTTP":          {Call{Kind: HTTP}, -1, 0},
		"TCP":           {Call{Kind: TCP}, 0, 1},
	} {
		call := test.call
		call.ID, call.Method, call.Patience = name, "/demo.Web/Get", 5*time.Second
		outcome := conn.Do(call)
		if outcome.Code != test.code || outcome.Messages != test.messages || outcome.TLS != version {
			t.Errorf("%s: %+v", name, outcome)
		}
		if got := recorder.Of(name); len(got) != 1 || got[0].Pod != "shop/web-0" {
			t.Errorf("%s: arrivals %+v", name, got)
		}
	}
}

func TestFailuresThatPass(t *testing.T) {
	_, conn := serve(t, nil)
	call := Call{ID: "x", Kind: Unary, Method: "/demo.Web/Get", Patience: time.Second, Server: Instructions{Fail: "14", Times: 2}}
	for i, want := range []int{14, 14, 0} {
		if got := conn.Do(call); got.Code != want {
			t.Errorf("try %d: %+v", i+1, got)
		}
	}
}

func TestPreflightAsksForWhatItIsTold(t *testing.T) {
	for want, metadata := range map[string]map[string]string{
		"content-type,x-grpc-web,x-user-agent": nil,
		"x-secret":                             {"access-control-request-headers": "x-secret"},
	} {
		request, err := Target{Authority: "web:1"}.request(t.Context(), Call{Kind: Preflight, Metadata: metadata})
		if err != nil {
			t.Fatal(err)
		}
		if got := request.Header.Get("access-control-request-headers"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestReadWeb(t *testing.T) {
	message := "\x00\x00\x00\x00\x00"
	trailer := "\x80\x00\x00\x00\x10grpc-status: 5\r\n"
	outcome := Outcome{Code: -1}
	readWeb(&outcome, Web, []byte(message+message+trailer))
	if outcome.Code != 5 || outcome.Messages != 2 {
		t.Errorf("frames: %+v", outcome)
	}
	outcome = Outcome{Code: -1, Headers: map[string]string{"grpc-status": "7", "grpc-message": "no"}}
	readWeb(&outcome, Web, nil)
	if outcome.Code != 7 || outcome.Message != "no" {
		t.Errorf("headers: %+v", outcome)
	}
	outcome = Outcome{Code: -1}
	readWeb(&outcome, WebText, []byte("AAAAAAA=gAAAABBncnBjLXN0YXR1czogMA0K"))
	if outcome.Code != 0 || outcome.Messages != 1 {
		t.Errorf("text: %+v", outcome)
	}
}

func TestCallerOf(t *testing.T) {
	xfcc := `By=spiffe://a;URI=spiffe://forged,By=spiffe://b;Hash=1;Subject="";URI=spiffe://cluster.local/ns/shop/sa/web`
	if got := callerOf(xfcc); got != "spiffe://cluster.local/ns/shop/sa/web" {
		t.Error(got)
	}
}
