package ask

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"

	"cdk8s-grpc-mesh/lab/cluster"
	"cdk8s-grpc-mesh/lab/config"
	"cdk8s-grpc-mesh/lab/echo"
	"cdk8s-grpc-mesh/lab/workload"
)

// parallel is how many calls are under way at a time.
const parallel = 16

// A caller makes calls in one cluster.
type caller struct {
	c     *cluster.Cluster
	log   *accessLog
	conns map[string]connection     // while calls are under way
	dumps map[string]map[string]any // by pod
	last  int
}

// A connection is what calls of the same client over the same way share.
type connection struct {
	*echo.Conn
	first *cluster.Pod            // whose proxy sees it first; nil for none
	local *atomic.Pointer[string] // address of this end

	secure bool
}

// made is a call under way.
type made struct {
	Call
	connection
	name string // in its headers
	call echo.Call

	outcome  echo.Outcome
	arrivals []echo.Arrival
	hops     []Hop
}

// close closes all connections.
func (c *caller) close() {
	for _, conn := range c.conns {
		conn.Close()
	}
	c.conns = nil
}

// ask makes the calls, as many at once as is good, and answers in their order.
func (c *caller) ask(calls []Call) ([]Answer, error) {
	answers := make([]Answer, len(calls))
	c.conns = map[string]connection{}
	underWay := map[int]*made{}
	var all sync.WaitGroup
	free := make(chan struct{}, parallel)
	for i, call := range calls {
		m, err := c.prepare(call)
		if err != nil {
			answers[i] = Answer{ID: call.ID, Fault: err.Error(), Outcome: echo.Outcome{Code: -1}, Hops: []Hop{}}
			continue
		}
		underWay[i] = m
		free <- struct{}{}
		all.Go(func() {
			m.outcome = m.Do(m.call)
			m.arrivals = c.c.Recorder.Of(m.name)
			<-free
		})
	}
	all.Wait()
	c.close() // or TCP would not be logged
	if err := c.log.await(slices.Collect(maps.Values(underWay))); err != nil {
		return nil, err
	}
	for i, m := range underWay {
		answers[i] = c.answer(m)
	}
	c.c.Recorder.Forget()
	c.log.forget()
	return answers, c.c.Alive()
}

func (c *caller) prepare(call Call) (*made, error) {
	c.last++
	m := &made{Call: call, name: fmt.Sprintf("ask-%d", c.last)}
	var err error
	if m.call, err = c.call(m); err != nil {
		return nil, err
	}
	m.connection, err = c.connect(m)
	return m, err
}

func (c *caller) call(m *made) (echo.Call, error) {
	call := echo.Call{
		ID: m.name, Kind: cmp.Or(m.Kind, echo.Unary), Method: cmp.Or(m.Method, "/"), Verb: m.Verb,
		Metadata: maps.Clone(m.Headers), Server: m.Server,
	}
	if call.Metadata == nil {
		call.Metadata = map[string]string{}
	}
	if call.Kind == echo.Preflight {
		call.Metadata["lab-call"] = m.name // for the log
	}
	if m.Token != nil {
		token, err := c.c.Issuer.Sign(m.Token)
		if err != nil {
			return call, err
		}
		show(&call, token)
	}
	var err error
	if m.Deadline != "" {
		if call.Deadline, err = time.ParseDuration(m.Deadline); err != nil {
			return call, err
		}
	}
	call.Patience, err = time.ParseDuration(cmp.Or(m.Patience, "5s"))
	return call, err
}

// show puts a token where the call has a place for it, else where servers look
// by default.
func show(call *echo.Call, token string) {
	const place = "{token}"
	shown := strings.Contains(call.Method, place)
	call.Method = strings.ReplaceAll(call.Method, place, token)
	for name, value := range call.Metadata {
		shown = shown || strings.Contains(value, place)
		call.Metadata[name] = strings.ReplaceAll(value, place, token)
	}
	if !shown {
		call.Metadata["authorization"] = "Bearer " + token
	}
}

// connect opens a connection, or gives the one that there is.
func (c *caller) connect(m *made) (connection, error) {
	route := cluster.Route{
		From: m.From, To: m.To, Via: m.Via, Authority: m.Authority, TLS: m.TLS, ServerName: m.ServerName,
		Identity: m.Identity, Client: m.Client, Source: m.Source,
	}
	switch {
	case m.ALPN != nil:
		route.ALPN = *m.ALPN
	case m.Identity != "":
		route.ALPN = []string{"istio"}
	}
	text, err := json.Marshal(route)
	if err != nil {
		return connection{}, err
	}
	key := string(text)
	shared := m.call.Kind != echo.TCP
	if known, ok := c.conns[key]; shared && ok {
		return known, nil
	}
	target, err := c.c.Target(route)
	if err != nil {
		return connection{}, err
	}
	if target.TLS != nil { // who the server is, is not the question
		target.TLS.InsecureSkipVerify = true
	}
	conn := connection{
		first: c.first(m.From, target.Address), local: noteAddress(&target), secure: target.TLS != nil,
	}
	conn.Conn, err = echo.Connect(target)
	if err != nil {
		return connection{}, err
	}
	if !shared {
		key = m.name
	}
	c.conns[key] = conn
	return conn, nil
}

// noteAddress keeps the address that the last connection to the target is from.
func noteAddress(target *echo.Target) *atomic.Pointer[string] {
	local := &atomic.Pointer[string]{}
	dial := target.Dial
	target.Dial = func(ctx context.Context) (net.Conn, error) {
		conn, err := dial(ctx)
		if err == nil {
			address := conn.LocalAddr().String()
			local.Store(&address)
		}
		return conn, err
	}
	return local
}

// from is the address that the call came from, if it was one connection's.
func (m *made) from() string {
	if local := m.local.Load(); local != nil {
		return *local
	}
	return ""
}

// tries counts the arrivals that a proxy must have seen.
func (m *made) tries(c *cluster.Cluster) int {
	count := 0
	for _, arrival := range m.arrivals {
		if pod, err := c.Pod(arrival.Pod); err == nil && pod.HasProxy() {
			count++
		}
	}
	return count
}

// unsecured tells that nothing has come over a connection that was to be
// secure. Proxies log no handshakes.
func (m *made) unsecured() bool { return m.secure && m.outcome.Code == int(codes.Unavailable) }

// first finds the first proxy on the way to an address.
func (c *caller) first(from, address string) *cluster.Pod {
	if pod, err := c.c.Pod(from); err == nil && pod.Workload.Role == workload.Sidecar {
		return pod
	}
	host, _, _ := net.SplitHostPort(address)
	if pod := c.c.PodAt(host); pod != nil && pod.HasProxy() {
		return pod
	}
	return nil
}

func (c *caller) answer(m *made) Answer {
	answer := Answer{ID: m.ID, Outcome: m.outcome, Attempts: len(m.arrivals), Hops: append([]Hop{}, m.hops...)}
	if len(m.arrivals) > 0 {
		last := m.arrivals[len(m.arrivals)-1]
		answer.Pod, answer.Version = last.Pod, last.Labels["version"]
		answer.Caller, answer.Arrived = last.Caller, last.Headers
	}
	if m.Call.Route {
		route, err := c.route(m)
		if err != nil {
			answer.Route = err.Error()
		} else {
			answer.Route = route
		}
	}
	return answer
}

// route is the action that the first proxy has chosen. Routes with a name are
// told apart by it, others only by their paths.
func (c *caller) route(m *made) (any, error) {
	if m.first == nil || len(m.hops) == 0 {
		return nil, fmt.Errorf("no proxy has seen the call")
	}
	dump, known := c.dumps[m.first.Name()]
	if !known {
		var err error
		if dump, err = m.first.Dump(); err != nil {
			return nil, err
		}
		c.dumps[m.first.Name()] = dump
	}
	authority := cmp.Or(m.Authority, m.To)
	if !strings.Contains(authority, ":") {
		_, port, _ := net.SplitHostPort(m.To)
		authority += ":" + port
	}
	return config.NamedRoute(dump, authority, m.Method, m.hops[0].Route)
}
