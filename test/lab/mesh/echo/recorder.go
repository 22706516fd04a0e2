package echo

import (
	"regexp"
	"sync"
	"time"
)

// An Arrival is one try of a call as a server saw it.
type Arrival struct {
	Pod      string
	Labels   map[string]string
	Method   string
	Caller   string        // the SPIFFE id that the mesh vouches for
	Deadline time.Duration // left at arrival, 0 if there is none
	Headers  map[string]string
}

// A Recorder collects the arrivals at all servers of a lab, which run in one
// process with the clients.
type Recorder struct {
	mu       sync.Mutex
	arrivals map[string][]Arrival
}

// NewRecorder makes an empty one.
func NewRecorder() *Recorder { return &Recorder{arrivals: map[string][]Arrival{}} }

// Of lists the arrivals of a call.
func (r *Recorder) Of(call string) []Arrival {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Arrival{}, r.arrivals[call]...)
}

// Forget drops everything.
func (r *Recorder) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.arrivals)
}

// add returns how often the call has arrived by now.
func (r *Recorder) add(call string, a Arrival) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.arrivals[call] = append(r.arrivals[call], a)
	return len(r.arrivals[call])
}

var spiffe = regexp.MustCompile(`URI=(spiffe://[^;,]+)`)

// callerOf reads the last hop's identity from x-forwarded-client-cert.
func callerOf(xfcc string) string {
	all := spiffe.FindAllStringSubmatch(xfcc, -1)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1][1]
}
