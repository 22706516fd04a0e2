package scenario

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cdk8s-grpc-mesh/lab/echo"
)

func TestReadExamples(t *testing.T) {
	files, _ := filepath.Glob("../../testdata/*.scenario.yaml")
	if len(files) == 0 {
		t.Fatal("no examples")
	}
	for _, file := range files {
		if _, err := Read(file); err != nil {
			t.Error(err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"unknown words":  "manifests: []\nclals: []",
		"unknown codes":  "calls: [{name: a, from: b, to: 'c:1', expect: {code: NOPE}}]",
		"a bad duration": "calls: [{name: a, from: b, to: 'c:1', deadline: 5, expect: {}}]",
		"no name":        "calls: [{from: b, to: 'c:1', expect: {}}]",
	} {
		file := filepath.Join(t.TempDir(), "s.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(file); err == nil {
			t.Errorf("%s: accepted", name)
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
			m.arrivals = []echo.Arrival{{Pod: "p-" + version, Labels: map[string]string{"version": version}}}
		}
		all = append(all, m)
	}
	return all
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
		{`{"split": {"by": "version", "want": {"a": 0.95, "b": 0}}}`, calls("a", "a"), true},
		{`{"split": {"by": "code", "want": {"OK": 0.5, "Unavailable": 0.5}}}`, calls("a", ""), true},
		{`{"duration": {"atLeast": "900ms", "atMost": "1100ms"}}`, calls("a"), true},
		{`{"duration": {"atMost": "900ms"}}`, calls("a"), false},
		{`{"headers": {"x": null}}`, calls("a"), true},
		{`{"headers": {"x": "y"}}`, calls("a"), false},
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
