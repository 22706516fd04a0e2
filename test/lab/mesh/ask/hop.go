package ask

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"cdk8s-grpc-mesh/lab/cluster"
	"cdk8s-grpc-mesh/lab/workload"
)

// A Hop is what one Envoy did with a call or a connection.
type Hop struct {
	Pod      string `json:"pod"`
	Side     string `json:"side"` // "client", "server" or "gateway"
	HTTP     int    `json:"http,omitempty"`
	Details  string `json:"details,omitempty"` // why: via_upstream, rbac_access_denied_matched_policy[...]
	Flags    string `json:"flags,omitempty"`
	Route    string `json:"route,omitempty"`          // name of the route
	Service  string `json:"virtualService,omitempty"` // "namespace/name" of the VirtualService
	Cluster  string `json:"cluster,omitempty"`        // outbound|PORT|SUBSET|HOST
	Upstream string `json:"upstream,omitempty"`       // address
	Attempts int    `json:"attempts,omitempty"`
	// Timeout of a try as the router reckons it; empty for none.
	Timeout string `json:"timeoutMs,omitempty"`
	Peer    string `json:"peer,omitempty"` // SPIFFE id in the client's certificate
	SNI     string `json:"serverName,omitempty"`

	call, from, out, to string
}

// entry is a line of the access log.
type entry struct {
	Call, Details, Closed, Flags, Route, Service, Cluster, Upstream, Timeout, Peer, SNI, From, Out, To *string

	Code, Attempts *int
}

// format names the parts of an entry in Envoy's language.
var format = map[string]string{
	"Call":     "%REQ(LAB-CALL)%",
	"Code":     "%RESPONSE_CODE%",
	"Details":  "%RESPONSE_CODE_DETAILS%",
	"Closed":   "%CONNECTION_TERMINATION_DETAILS%",
	"Flags":    "%RESPONSE_FLAGS%",
	"Route":    "%ROUTE_NAME%",
	"Service":  "%METADATA(ROUTE:istio:config)%",
	"Cluster":  "%UPSTREAM_CLUSTER_RAW%",
	"Upstream": "%UPSTREAM_HOST%",
	"Attempts": "%UPSTREAM_REQUEST_ATTEMPT_COUNT%",
	"Timeout":  "%REQ(X-ENVOY-EXPECTED-RQ-TIMEOUT-MS)%",
	"Peer":     "%DOWNSTREAM_PEER_URI_SAN%",
	"SNI":      "%REQUESTED_SERVER_NAME%",
	"From":     "%DOWNSTREAM_REMOTE_ADDRESS%",
	"Out":      "%UPSTREAM_LOCAL_ADDRESS%",
	"To":       "%DOWNSTREAM_LOCAL_ADDRESS%",
}

func text(s *string) string {
	if s == nil || *s == "-" {
		return ""
	}
	return *s
}

func (e entry) hop() Hop {
	hop := Hop{
		Flags: text(e.Flags), Route: text(e.Route), Service: nameOf(text(e.Service)),
		Cluster: text(e.Cluster), Upstream: text(e.Upstream), Timeout: text(e.Timeout),
		Peer: text(e.Peer), SNI: text(e.SNI), Details: text(e.Details),
		call: text(e.Call), from: text(e.From), out: text(e.Out), to: text(e.To),
	}
	if hop.Details == "" {
		hop.Details = text(e.Closed)
	}
	if e.Code != nil {
		hop.HTTP = *e.Code
	}
	if e.Attempts != nil {
		hop.Attempts = *e.Attempts
	}
	return hop
}

// nameOf reads "/apis/networking.istio.io/v1/namespaces/shop/virtual-service/web".
func nameOf(config string) string {
	parts := strings.Split(config, "/")
	if len(parts) != 8 {
		return ""
	}
	return parts[5] + "/" + parts[7]
}

// accessLog is what the Envoys write, each into a file of its own.
type accessLog struct {
	c     *cluster.Cluster
	files []*logFile
	hops  []Hop
}

type logFile struct {
	pod  *cluster.Pod
	file *os.File // nil until the Envoy has made it
	rest []byte   // a line that has not ended yet
}

const logName = "access.log"

func newLog(c *cluster.Cluster) *accessLog {
	log := &accessLog{c: c}
	for _, pod := range c.Pods {
		if pod.HasProxy() {
			log.files = append(log.files, &logFile{pod: pod})
		}
	}
	return log
}

func (l *accessLog) close() {
	for _, f := range l.files {
		_ = f.file.Close() // of nil as well
	}
}

// meshConfig makes the Envoys write it.
func meshConfig(changes map[string]any) map[string]any {
	pattern, _ := json.Marshal(format) // of nothing but strings
	all := maps.Clone(changes)
	if all == nil {
		all = map[string]any{}
	}
	all["accessLogFile"], all["accessLogEncoding"], all["accessLogFormat"] = logName, "JSON", string(pattern)
	return all
}

// flags make the Envoys write the log at once, and close connections whose
// configuration is replaced: they would go on under the old one for minutes.
var flags = []string{"--drain-time-s", "0", "--drain-strategy", "immediate"}

// forget drops what was read.
func (l *accessLog) forget() { l.hops = nil }

// read takes in what has been written since.
func (l *accessLog) read() error {
	for _, f := range l.files {
		entries, err := f.read()
		if err != nil {
			return fmt.Errorf("access log of %s: %w", f.pod.Name(), err)
		}
		for _, e := range entries {
			hop := e.hop()
			hop.Pod, hop.Side = f.pod.Name(), l.side(f.pod, hop)
			l.hops = append(l.hops, hop)
		}
	}
	return nil
}

func (f *logFile) read() (entries []entry, err error) {
	if f.file == nil {
		f.file, err = os.Open(f.pod.File(logName))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
	}
	text, err := io.ReadAll(f.file) // from where it ended the last time
	if err != nil {
		return nil, err
	}
	f.rest = append(f.rest, text...)
	return f.parse()
}

// parse takes in the lines that have ended.
func (f *logFile) parse() (entries []entry, err error) {
	for {
		line, rest, ended := bytes.Cut(f.rest, []byte("\n"))
		if !ended {
			return entries, nil
		}
		var e entry
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("%w: %q", err, line)
		}
		entries, f.rest = append(entries, e), rest
	}
}

// lateness is how long a log may take after its call has ended. Only calls
// that broke off in unusual ways take all of it.
const lateness = 500 * time.Millisecond

// handshakeLateness is how long a refused handshake may take to become
// something that is logged; mostly it does not.
const handshakeLateness = 100 * time.Millisecond

// await reads until the log has everything about the calls, which have ended.
func (l *accessLog) await(calls []*made) error {
	for begin := time.Now(); ; time.Sleep(2 * time.Millisecond) {
		if err := l.read(); err != nil {
			return err
		}
		waited := time.Since(begin)
		all := true
		for _, call := range calls {
			complete := false
			call.hops, complete = l.hopsOf(call)
			all = all && (complete || waited > handshakeLateness && call.unsecured())
		}
		if all || waited > lateness {
			return nil
		}
	}
}

// hopsOf finds what there is about a call, and tells whether that is all. HTTP
// is known by the name of the call, TCP by the addresses of its connections.
func (l *accessLog) hopsOf(call *made) (hops []Hop, complete bool) {
	if call.first == nil || call.from() == "" {
		return nil, true
	}
	for _, hop := range l.hops {
		if hop.call == call.name {
			hops = append(hops, hop)
		}
	}
	hops = l.follow(call.from(), hops)
	for _, hop := range slices.Clone(hops) {
		hops = l.follow(hop.out, hops)
	}
	// Each Envoy writes when it likes to.
	slices.SortStableFunc(hops, func(a, b Hop) int { return cmp.Compare(order[a.Side], order[b.Side]) })
	return hops, l.complete(call, hops)
}

// order is that of the sides on the way of a call.
var order = map[string]int{"client": 0, "gateway": 1, "server": 2}

// follow adds the hops without a name that begin with a connection.
func (l *accessLog) follow(from string, hops []Hop) []Hop {
	for _, hop := range l.hops {
		// A port may be used again at once, even to call itself.
		if from != "" && hop.call == "" && hop.from == from && !slices.Contains(hops, hop) {
			hops = l.follow(hop.out, append(hops, hop))
		}
	}
	return hops
}

func (l *accessLog) complete(call *made, hops []Hop) bool {
	tries := 0
	seen := map[string]bool{}
	for _, hop := range hops {
		seen[hop.Pod] = true
		if hop.Side == "server" {
			tries++
		}
	}
	for _, hop := range hops {
		// Without a connection nothing is logged at its other end.
		if hop.Side != "server" && !strings.Contains(hop.Flags, "UF") && !l.reached(hop, seen) {
			return false
		}
	}
	return seen[call.first.Name()] && tries >= call.tries(l.c)
}

// reached tells whether one of those behind the hop was seen, if they have
// proxies.
func (l *accessLog) reached(hop Hop, seen map[string]bool) bool {
	upstream, _, _ := net.SplitHostPort(hop.Upstream)
	behind := l.c.Behind(upstream)
	return len(behind) == 0 || slices.ContainsFunc(behind, func(pod *cluster.Pod) bool {
		return !pod.HasProxy() || seen[pod.Name()]
	})
}

// side is the role of the proxy in the hop.
func (l *accessLog) side(pod *cluster.Pod, hop Hop) string {
	local, _, _ := net.SplitHostPort(hop.to)
	switch {
	case pod.Workload.Role == workload.Gateway:
		return "gateway"
	case l.c.PodAt(local) == pod:
		return "server"
	}
	return "client"
}
