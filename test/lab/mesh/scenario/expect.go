package scenario

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"

	"cdk8s-grpc-mesh/lab/echo"
)

// judge makes one result of every assertion.
func (e Expect) judge(calls []made) []Result {
	var results []Result
	add := func(expect string, want, got any, pass bool) {
		results = append(results, Result{Expect: expect, Want: want, Got: got, Pass: pass})
	}
	every := func(expect string, want any, get func(made) any, ok func(made) bool) {
		failed := slices.IndexFunc(calls, func(m made) bool { return !ok(m) })
		add(expect, want, tally(calls, get), failed < 0)
		if failed >= 0 {
			results[len(results)-1].Detail = calls[failed].outcome
		}
	}
	oneOf := func(expect string, want *OneOf, get func(made) any) {
		if want != nil {
			every(expect, *want, get, func(m made) bool { return slices.Contains(*want, fmt.Sprint(get(m))) })
		}
	}
	if e.Code != nil {
		accepted, _ := e.Code.codes() // checked when it was read
		every("code", *e.Code, codeOf, func(m made) bool { return accepted[m.outcome.Code] })
	}
	oneOf("attempts", e.Attempts, func(m made) any { return len(m.arrivals) })
	oneOf("messages", e.Messages, func(m made) any { return m.outcome.Messages })
	oneOf("http", e.HTTP, func(m made) any { return m.outcome.HTTP })
	if e.Message != "" {
		every("message", e.Message, func(m made) any { return m.outcome.Message },
			func(m made) bool { return strings.Contains(m.outcome.Message, e.Message) })
	}
	if e.TLS != "" {
		every("tls", e.TLS, func(m made) any { return m.outcome.TLS },
			func(m made) bool { return m.outcome.TLS == "TLS "+e.TLS })
	}
	if e.Caller != "" {
		every("caller", e.Caller, callerAt, func(m made) bool { return callerAt(m) == e.Caller })
	}
	if e.Pods != nil {
		reached := tally(calls, lastPod)
		delete(reached, "none")
		add("pods", *e.Pods, reached, len(reached) == *e.Pods)
	}
	if e.Split != nil {
		got, ok := e.Split.of(calls)
		add("split by "+e.Split.By, e.Split.Want, got, ok)
	}
	if e.Duration != nil {
		every("duration", e.Duration, func(m made) any { return m.outcome.Duration.Round(time.Millisecond).String() },
			func(m made) bool { return e.Duration.has(m.outcome.Duration) })
	}
	if e.Deadline != nil {
		every("deadline", e.Deadline, func(m made) any { return deadlineOf(m).Round(time.Millisecond).String() },
			func(m made) bool { return deadlineOf(m) > 0 && e.Deadline.has(deadlineOf(m)) })
	}
	for _, name := range slices.Sorted(maps.Keys(e.Headers)) {
		check := headerCheck{name, e.Headers[name], answeredHeaders}
		every("header "+name, check.want, check.got, check.ok)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Arrives)) {
		check := headerCheck{name, e.Arrives[name], arrivedHeaders}
		every("arrives "+name, check.want, check.got, check.ok)
	}
	return results
}

// tally counts equal values: {"OK": 198, "UNAVAILABLE": 2}.
func tally(calls []made, get func(made) any) map[string]int {
	counts := map[string]int{}
	for _, m := range calls {
		counts[fmt.Sprint(get(m))]++
	}
	return counts
}

func codeOf(m made) any {
	if m.outcome.Code < 0 {
		return "none"
	}
	return fmt.Sprintf("%d %s", m.outcome.Code, codes.Code(m.outcome.Code))
}

func last(m made) (echo.Arrival, bool) {
	if len(m.arrivals) == 0 {
		return echo.Arrival{}, false
	}
	return m.arrivals[len(m.arrivals)-1], true
}

func lastPod(m made) any {
	if arrival, ok := last(m); ok {
		return arrival.Pod
	}
	return "none"
}

func callerAt(m made) any {
	arrival, _ := last(m)
	return arrival.Caller
}

// deadlineOf is 0 for a call without a deadline.
func deadlineOf(m made) time.Duration {
	arrival, _ := last(m)
	return arrival.Deadline
}

// arrivedHeaders are nil for a call that has reached no server.
func arrivedHeaders(m made) map[string]string {
	arrival, _ := last(m)
	return arrival.Headers
}

// answeredHeaders are nil for a call without an answer.
func answeredHeaders(m made) map[string]string {
	if m.outcome.HTTP == 0 && len(m.outcome.Headers) == 0 {
		return nil
	}
	return m.outcome.Headers
}

// A headerCheck wants one value of a header, or none.
type headerCheck struct {
	name string
	want *string
	from func(made) map[string]string
}

func (h headerCheck) got(m made) any {
	if h.from(m) == nil {
		return "nothing that could have it"
	}
	if value, ok := h.from(m)[h.name]; ok {
		return value
	}
	return "none"
}

func (h headerCheck) ok(m made) bool {
	value, present := h.from(m)[h.name]
	if h.want == nil {
		return !present && h.from(m) != nil // absent from something
	}
	return present && value == *h.want
}

// of shares out the calls and compares with what is wanted.
func (s Split) of(calls []made) (map[string]float64, bool) {
	counts := tally(calls, func(m made) any {
		arrival, reached := last(m)
		switch {
		case s.By == "code":
			return codes.Code(m.outcome.Code).String()
		case !reached:
			return "none"
		case s.By == "pod":
			return arrival.Pod
		}
		return arrival.Labels[s.By]
	})
	got, ok := map[string]float64{}, true
	for name, count := range counts {
		got[name] = float64(count) / float64(len(calls))
		if _, wanted := s.Want[name]; !wanted {
			ok = false
		}
	}
	for name, want := range s.Want {
		exact := want == 0 || want == 1 // a weight of 0 is 0
		distance := math.Abs(got[name] - want)
		if distance > s.tolerance() || exact && distance > 0 || want > 0 && counts[name] == 0 {
			ok = false
		}
	}
	return got, ok
}

func (s Split) tolerance() float64 {
	if s.Tolerance == nil {
		return 0.07
	}
	return *s.Tolerance
}

func (r Range) has(d time.Duration) bool {
	return d >= time.Duration(r.AtLeast) && (r.AtMost == 0 || d <= time.Duration(r.AtMost))
}

// MarshalJSON writes Go's notation.
func (d Duration) MarshalJSON() ([]byte, error) {
	return json.Marshal(time.Duration(d).String())
}
