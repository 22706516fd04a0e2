package echo

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
)

// overHTTP speaks HTTP/1.1, as a browser without HTTP/2 would.
func (t Target) overHTTP(call Call) Outcome {
	patience := call.Patience
	if call.Deadline > 0 {
		patience = call.Deadline
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	request, err := t.request(ctx, call)
	if err != nil {
		return failure(err)
	}
	version := ""
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		conn, err := t.Dial(ctx)
		if err != nil || t.TLS == nil {
			return conn, err
		}
		secured, err := secure(ctx, conn, t.TLS, "http/1.1")
		if err != nil {
			return nil, err
		}
		version = tls.VersionName(secured.ConnectionState().Version)
		return secured, nil
	}
	// TLS is up before the transport sees the connection.
	transport := &http.Transport{DialContext: dial, DialTLSContext: dial, DisableKeepAlives: true}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return failure(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	outcome := Outcome{Code: -1, HTTP: response.StatusCode, TLS: version, Headers: map[string]string{}}
	for name := range response.Header {
		outcome.Headers[strings.ToLower(name)] = response.Header.Get(name)
	}
	if err != nil {
		outcome.Message = err.Error()
		return outcome
	}
	if call.Kind == Web || call.Kind == WebText {
		readWeb(&outcome, call.Kind, body)
	}
	return outcome
}

func (t Target) request(ctx context.Context, call Call) (*http.Request, error) {
	method, body := cmp.Or(call.Verb, http.MethodGet), ""
	emptyMessage := string(make([]byte, 5)) // no flags, no length
	headers := call.headers()
	switch call.Kind {
	case Preflight:
		// A browser's preflight carries nothing of the call itself.
		method, headers = http.MethodOptions, map[string]string{
			"access-control-request-method":  http.MethodPost,
			"access-control-request-headers": "content-type,x-grpc-web,x-user-agent",
		}
		for name, value := range call.Metadata {
			headers[name] = value
		}
	case Web:
		method, body = http.MethodPost, emptyMessage
		webHeaders(headers, "application/grpc-web+proto")
	case WebText:
		method, body = http.MethodPost, base64.StdEncoding.EncodeToString([]byte(emptyMessage))
		webHeaders(headers, "application/grpc-web-text")
	}
	if call.Deadline > 0 && method == http.MethodPost {
		headers["grpc-timeout"] = fmt.Sprintf("%dm", call.Deadline.Milliseconds())
	}
	scheme := "http"
	if t.TLS != nil {
		scheme = "https"
	}
	request, err := http.NewRequestWithContext(ctx, method, scheme+"://"+t.Authority+call.Method, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	return request, nil
}

// webHeaders are those of the official library. The answer comes in the form
// that the client accepts.
func webHeaders(headers map[string]string, contentType string) {
	headers["content-type"], headers["accept"] = contentType, contentType
	headers["x-grpc-web"], headers["x-user-agent"] = "1", "grpc-web-javascript/0.1"
}

// readWeb reads the frames of a gRPC-Web answer. The status is in the last
// frame, or in the headers of an answer without messages.
func readWeb(outcome *Outcome, kind string, body []byte) {
	if kind == WebText {
		body = decodeText(body)
	}
	status, message := outcome.Headers["grpc-status"], outcome.Headers["grpc-message"]
	for len(body) >= 5 {
		flags, length := body[0], int(binary.BigEndian.Uint32(body[1:5]))
		if len(body) < 5+length {
			break
		}
		frame := body[5 : 5+length]
		body = body[5+length:]
		if flags&0x80 == 0 {
			outcome.Messages++
			continue
		}
		for _, line := range strings.Split(string(frame), "\r\n") {
			name, value, _ := strings.Cut(line, ":")
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "grpc-status":
				status = strings.TrimSpace(value)
			case "grpc-message":
				message = strings.TrimSpace(value)
			}
		}
	}
	if code, err := strconv.Atoi(status); err == nil {
		outcome.Code = code
	}
	outcome.Message = message
}

// decodeText decodes base64 whose pieces may each have their own padding.
func decodeText(body []byte) []byte {
	var decoded []byte
	for _, piece := range bytes.SplitAfter(body, []byte("=")) {
		part, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(string(piece), "="))
		if err == nil {
			decoded = append(decoded, part...)
		}
	}
	return decoded
}

// overTCP sends a line and waits for it to come back. Its outcome borrows
// gRPC's codes: 0 for an answer, 14 for none.
func (t Target) overTCP(call Call) Outcome {
	ctx, cancel := context.WithTimeout(context.Background(), call.Patience)
	defer cancel()
	conn, err := t.Dial(ctx)
	if err != nil {
		return failure(err)
	}
	defer conn.Close()
	version := ""
	if t.TLS != nil {
		secured, err := secure(ctx, conn, t.TLS)
		if err != nil {
			return failure(err)
		}
		conn, version = secured, tls.VersionName(secured.ConnectionState().Version)
	}
	_ = conn.SetDeadline(time.Now().Add(call.Patience))
	if _, err := fmt.Fprintln(conn, call.ID); err != nil {
		return failure(err)
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err == nil && strings.TrimSpace(line) != call.ID {
		err = fmt.Errorf("answer %q", line)
	}
	if err != nil {
		return failure(err)
	}
	return Outcome{Messages: 1, TLS: version}
}

// failure is the outcome of a call that got no answer.
func failure(err error) Outcome {
	code := codes.Unavailable
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		code = codes.DeadlineExceeded
	}
	return Outcome{Code: int(code), Message: err.Error()}
}
