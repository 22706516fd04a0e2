package scenario

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"cdk8s-grpc-mesh/lab/echo"
	"cdk8s-grpc-mesh/lab/proxy"
)

func TestReadExamples(t *testing.T) {
	files, _ := filepath.Glob("../../testdata/*.scenario.yaml")
	if len(files) == 0 {
		t.Fatal("no examples")
	}
	files = append(files, "../../testdata/alarms/alarms.yaml")
	// A copy of the modules, for another Istio, has no more than that.
	for _, pattern := range []string{"fixtures/*/*scenario.yaml", "../../examples/*/scenario.yaml"} {
		found, _ := filepath.Glob("../../" + pattern)
		files = append(files, found...)
	}
	for _, file := range files {
		if _, err := Read(file); err != nil {
			t.Error(err)
		}
	}
}

// calls gives outcomes at pods whose label version is named; "" is a call that
// reached nobody.
func calls(versions ...string) []made {
	var all []made
	for _, version := range versions {
		m := made{outcome: echo.Outcome{Code: 14, Duration: time.Second}}
		if version != "" {
			m.outcome.Code = 0
			m.arrivals = []echo.Arrival{{Pod: "p-" + version, Labels: map[string]string{"version": version}, Headers: map[string]string{}}}
		}
		all = append(all, m)
	}
	return all
}

// answers is one call that was answered with a header.
func answers(header, value string) []made {
	return []made{{outcome: echo.Outcome{Headers: map[string]string{header: value}}}}
}

func TestStats(t *testing.T) {
	two := 2
	for name, test := range map[string]struct {
		check         StatCheck
		before, after proxy.Count
		pass, fault   bool
	}{
		"grown":         {StatCheck{AtLeast: 1}, proxy.Count{Sum: 1, Counters: 1}, proxy.Count{Sum: 2, Counters: 1}, true, false},
		"not enough":    {StatCheck{AtLeast: 1}, proxy.Count{Sum: 2, Counters: 1}, proxy.Count{Sum: 2, Counters: 1}, false, false},
		"too much":      {StatCheck{AtMost: &two}, proxy.Count{Counters: 1}, proxy.Count{Sum: 3, Counters: 1}, false, false},
		"missing":       {StatCheck{AtMost: &two}, proxy.Count{}, proxy.Count{}, false, false},
		"may be":        {StatCheck{AtMost: &two, MayBeMissing: true}, proxy.Count{}, proxy.Count{}, true, false},
		"made meantime": {StatCheck{AtLeast: 1}, proxy.Count{}, proxy.Count{Sum: 2, Counters: 1}, true, false},
		"begun again":   {StatCheck{AtMost: &two}, proxy.Count{Sum: 9, Counters: 1}, proxy.Count{Sum: 1, Counters: 1}, false, true},
	} {
		e := Expect{Stats: []StatCheck{test.check}}
		results, err := e.judgeStats([]proxy.Count{test.before}, []proxy.Count{test.after})
		if (err != nil) != test.fault || !test.fault && results[0].Pass != test.pass {
			t.Errorf("%s: %+v, %v", name, results, err)
		}
	}
}

func TestJudge(t *testing.T) {
	for _, test := range []struct {
		expect string
		calls  []made
		pass   bool
	}{
		{`{"code": "OK"}`, calls("a", "b"), true},
		{`{"code": "OK"}`, calls("a", ""), false},
		{`{"code": [0, "UNAVAILABLE"]}`, calls("a", ""), true},
		{`{"attempts": 1}`, calls("a"), true},
		{`{"attempts": 0}`, calls("a"), false},
		{`{"attempts": 0}`, calls(""), true},
		{`{"pods": 2}`, calls("a", "b", ""), true},
		{`{"pods": 2}`, calls("a", "a"), false},
		{`{"split": {"by": "version", "want": {"a": 0.5, "b": 0.5}}}`, calls("a", "b"), true},
		{`{"split": {"by": "version", "want": {"a": 0.9, "b": 0.1}}}`, calls("a", "b"), false},
		{`{"split": {"by": "version", "want": {"a": 1}}}`, calls("a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "b"), false},
		{`{"split": {"by": "version", "want": {"a": 0.95, "b": 0.05}}}`, calls("a", "a"), false},
		{`{"split": {"by": "version", "want": {"a": 0.4, "b": 0.6}, "tolerance": 0}}`, calls("a", "b"), false},
		{`{"split": {"by": "version", "want": {"a": 0.95, "b": 0}}}`, calls("a", "a"), true},
		{`{"split": {"by": "code", "want": {"OK": 0.5, "Unavailable": 0.5}}}`, calls("a", ""), true},
		{`{"duration": {"atLeast": "900ms", "atMost": "1100ms"}}`, calls("a"), true},
		{`{"duration": {"atMost": "900ms"}}`, calls("a"), false},
		{`{"headers": {"x": null}}`, calls("a"), false}, // there was no answer
		{`{"headers": {"x": null}}`, answers("z", "y"), true},
		{`{"headers": {"x": null}}`, answers("x", "y"), false},
		{`{"headers": {"x": "y"}}`, calls("a"), false},
		{`{"headers": {"x": "y"}}`, answers("x", "y"), true},
		{`{"arrives": {"x": null}}`, calls("a"), true},
		{`{"arrives": {"x": null}}`, calls(""), false},
		{`{"deadline": {"atMost": "1s"}}`, calls(""), false},
	} {
		var expect Expect
		if err := json.Unmarshal([]byte(test.expect), &expect); err != nil {
			t.Fatal(err)
		}
		results := expect.judge(test.calls)
		if len(results) != 1 || results[0].Pass != test.pass {
			t.Errorf("%s: %+v", test.expect, results)
		}
	}
}

func TestBackground(t *testing.T) {
	var events []string
	slow := Step{Name: "slow", Background: true}
	beside := Step{Name: "beside"}
	acting := Step{Name: "acting", Before: []Action{{Start: "all"}}}
	besideIsOver := make(chan struct{})
	play := func(step Step, report func(Result)) error {
		switch step.Name {
		case "slow":
			<-besideIsOver // in turn, this would wait for ever
		case "beside":
			defer close(besideIsOver)
		}
		report(Result{Step: step.Name})
		if step.Name == "acting" {
			events = append(events, "acts")
		}
		return nil
	}
	err := playAll([]Step{slow, beside, acting}, func(r Result) { events = append(events, r.Step) }, play)
	if want := []string{"beside", "slow", "acting", "acts"}; err != nil || !slices.Equal(events, want) {
		t.Errorf("got %q and %v, want %q", events, err, want)
	}
}

func TestBackgroundIsAwaited(t *testing.T) {
	fault := errors.New("fault")
	var reported []Result
	err := playAll([]Step{{Background: true}}, func(r Result) { reported = append(reported, r) },
		func(_ Step, report func(Result)) error {
			time.Sleep(10 * time.Millisecond)
			report(Result{})
			return fault
		})
	if len(reported) != 1 || !errors.Is(err, fault) {
		t.Errorf("got %v and %v", reported, err)
	}
}
