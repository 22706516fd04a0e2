// Package echo has the programs that talk in a lab: a server that answers any
// method on any port and does as it is told, and clients for gRPC, gRPC-Web,
// CORS preflights, HTTP and TCP.
package echo

import (
	"strconv"
	"time"

	"google.golang.org/grpc/codes"
)

// Instructions travel from client to server in the metadata of a call, so
// that servers need no configuration.
type Instructions struct {
	Fail     string `json:"fail,omitempty"`     // answer with this code: a name such as UNAVAILABLE
	Times    int    `json:"times,omitempty"`    // ... only the first times that the call arrives
	Pod      string `json:"pod,omitempty"`      // ... only at this pod
	After    string `json:"after,omitempty"`    // "headers": fail in trailers, after headers; default trailers-only
	Delay    string `json:"delay,omitempty"`    // wait before the answer
	Messages int    `json:"messages,omitempty"` // of the answer to a server-streaming call
	Interval string `json:"interval,omitempty"` // between messages
}

// Names of metadata.
const (
	callKey = "lab-call"
	kindKey = "lab-kind"
)

func (i Instructions) metadata() map[string]string {
	pairs := map[string]string{
		"lab-fail":     i.Fail,
		"lab-pod":      i.Pod,
		"lab-after":    i.After,
		"lab-delay":    i.Delay,
		"lab-interval": i.Interval,
	}
	if i.Times > 0 {
		pairs["lab-times"] = strconv.Itoa(i.Times)
	}
	if i.Messages > 0 {
		pairs["lab-messages"] = strconv.Itoa(i.Messages)
	}
	for name, value := range pairs {
		if value == "" {
			delete(pairs, name)
		}
	}
	return pairs
}

func instructions(get func(name string) string) Instructions {
	times, _ := strconv.Atoi(get("lab-times"))
	messages, _ := strconv.Atoi(get("lab-messages"))
	return Instructions{
		Fail:     get("lab-fail"),
		Times:    times,
		Pod:      get("lab-pod"),
		After:    get("lab-after"),
		Delay:    get("lab-delay"),
		Messages: messages,
		Interval: get("lab-interval"),
	}
}

// failsAt tells whether the arrival with this number (from 1) has to fail.
func (i Instructions) failsAt(pod string, number int) bool {
	return i.Fail != "" && (i.Times == 0 || number <= i.Times) && (i.Pod == "" || i.Pod == pod)
}

// Code reads a code from its name or its number.
func Code(name string) (codes.Code, error) {
	var code codes.Code
	text := strconv.Quote(name)
	if _, err := strconv.Atoi(name); err == nil {
		text = name
	}
	err := code.UnmarshalJSON([]byte(text))
	return code, err
}

func duration(text string) time.Duration {
	d, _ := time.ParseDuration(text)
	return d
}
