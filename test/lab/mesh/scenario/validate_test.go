package scenario

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// read reads a scenario from its text.
func read(t *testing.T, text string) (*Scenario, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "s.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Read(file)
}

func TestReadRefuses(t *testing.T) {
	const ok = ", expect: {code: OK}"
	call := func(words string) string {
		return "manifests: [x]\ncalls: [{name: a, from: b/c, to: 'd:1', method: /e" + words + "}]"
	}
	expect := func(words string) string { return call(", expect: {" + words + "}") }
	route := func(words string) string {
		return "manifests: [x]\nroutes: [{of: a/b, to: 'd:1', method: /e" + words + "}]"
	}
	matrix := func(words string) string { return "manifests: [x]\nmatrix: {" + words + "}" }
	variants := func(words string) string { return call(ok) + "\nvariants: [" + words + "]" }
	for text, want := range map[string]string{
		"manifests: []\nclals: []":                      `unknown field "clals"`,
		"calls: []":                                     "manifests: there are none",
		call(ok) + "\nreplicas: {a/b: -1}":              "replicas: below zero",
		call(", expect: {code: OK}, expect: {code: 1}"): `mapping key "expect" already defined`,

		variants("{name: x}, {name: x}"):                                            "each needs a name",
		variants("{name: x}, {add: [z]}"):                                           "each needs a name",
		variants("{name: x, only: [call]}"):                                         `only: "call" is none of calls`,
		variants("{name: x, only: [matrix]}"):                                       "no variant plays calls",
		variants("{name: x, olny: [matrix]}"):                                       `variant "x": json: unknown field "olny"`,
		call(", in: [al]" + ok):                                                     `in: no variant "al"`,
		call(", in: [z]"+ok) + "\nvariants: [{name: x}, {name: z, only: [routes]}]": `in: no variant "z" that plays calls`,

		"manifests: [x]\ncalls: [{from: b, to: 'c:1', expect: {}}]":    "name, from and to",
		"manifests: [x]\ncalls: [{name: a, from: b, to: c" + ok + "}]": "to: is no host:port",
		call(", cod: 5" + ok):                                  `call "a": json: unknown field "cod"`,
		call(", deadline: 5" + ok):                             "5 is no time",
		call(", kind: grpcweb" + ok):                           "kind: is none of",
		call(", method: e" + ok):                               `"method" already defined`,
		call(", tls: '1.1'" + ok):                              "tls: is none of",
		call(", client: stranger" + ok):                        "client: is neither",
		call(", tls: none, identity: a/b" + ok):                "need TLS",
		call(", serverName: x" + ok):                           "need TLS",
		call(", count: -1" + ok):                               "below zero",
		call(", pace: -1s" + ok):                               "below zero",
		call(", messages: 2" + ok):                             "messages and interval are of client-stream",
		call(", kind: http, deadline: 1s" + ok):                "deadline: this kind",
		call(", kind: tcp, token: {a: b}" + ok):                "TCP has none",
		call(", metadata: {Lab-Delay: 1s}" + ok):               "lab-* is",
		call(", background: true, after: [{start: all}]" + ok): "in the background",

		call(", kind: tcp, server: {delay: 1s}" + ok):              "no server hears",
		call(", kind: preflight, server: {delay: 1s}" + ok):        "no server hears",
		call(", kind: http, server: {fail: UNKNOWN}" + ok):         "no more than delay",
		call(", server: {fail: NOPE}" + ok):                        "server.fail",
		call(", server: {fail: OK}" + ok):                          "server.fail",
		call(", server: {times: 2}" + ok):                          "need server.fail",
		call(", server: {pod: a/b-0}" + ok):                        "need server.fail",
		call(", server: {after: headers}" + ok):                    "need server.fail",
		call(", server: {fail: UNKNOWN, after: header}" + ok):      "server.after: is not headers",
		call(", server: {delay: '3'}" + ok):                        "no time such as",
		call(", kind: bidi-stream, server: {delay: 1s}" + ok):      "answered at once",
		call(", server: {messages: 2}" + ok):                       "server.messages is of",
		call(", kind: server-stream, server: {interval: 1s}" + ok): "between two",

		call(", before: [{}]" + ok):                                         "exactly one word",
		call(", after: [{stopApp: a/b, start: all}]" + ok):                  "exactly one word",
		call(", during: {at: 1s, do: [{kill: x, sleep: 1s}]}" + ok):         "exactly one word",
		call(", during: {at: 1s}" + ok):                                     "during: at and do",
		call(", during: {do: [{kill: serving}]}" + ok):                      "during: at and do",
		call(", during: {at: 1s, do: [{sleep: 1s}, {kill: serving}]}" + ok): "during: at and do",

		call(""):                                                           "expects nothing",
		expect(""):                                                         "expects nothing",
		expect("code: OK, attempts: "):                                     "expect.attempts: nothing is expected",
		expect("code: OK, headers: {}"):                                    "expect.headers: nothing is expected",
		expect("code: OK, caller: ''"):                                     "expect.caller: nothing is expected",
		expect("code: NOPE"):                                               "expect.code: is no code",
		expect("attempts: one"):                                            "are numbers",
		expect("http: 0"):                                                  "expect.http is of",
		call(", kind: http, expect: {messages: 0}"):                        "expect.messages: this kind",
		call(", kind: tcp, expect: {arrives: {a: null}}"):                  "TCP has none",
		expect("code: OK, duration: {}"):                                   "expect.duration: nothing is expected",
		expect("duration: {atLeast: 0s}"):                                  "a range has an end",
		expect("deadline: {atLeast: 2s, atMost: 1s}"):                      "a range has an end",
		expect("headers: {X-Canary: null}"):                                "lower case",
		expect("arrives: {X-Canary: null}"):                                "lower case",
		expect("split: {want: {a: 1}}"):                                    "expect.split: by and want",
		expect("split: {by: pod, want: {a: 0.5}}"):                         "add up to 1",
		expect("split: {by: pod, want: {a: 0.05, b: 0.95}}"):               "could be 0",
		expect("split: {by: pod, want: {a: 0.1, b: 0.9}, tolerance: 0.1}"): "could be 0",
		expect("stats: [{of: a/b, name: x}]"):                              "atLeast or atMost",
		expect("stats: [{of: a/b, name: '(', atLeast: 1}]"):                "a regular expression",
		expect("stats: [{of: a/b, name: x, atLeast: 2, atMost: 1}]"):       "atLeast or atMost",

		"manifests: [x]\ncalls: [{name: a, from: b, to: 'c:1'" + ok + "}]":                 "method: is no path",
		"manifests: [x]\ncalls: [{name: a, from: b, to: 'c:1', method: e" + ok + "}]":      "method: is no path",
		"manifests: [x]\nroutes: [{of: a/b, method: /e, expect: {timeout: 0s}}]":           "what to look up",
		"manifests: [x]\nroutes: [{of: a/b, to: 'd:1', method: e, expect: {timeout: 0s}}]": "method is no path",
		"manifests: [x]\nclusters: [{name: c, expect: {connect_timeout: 1s}}]":             "what to look up",
		route(""):                         "expects nothing",
		route(", expect: {timout: null}"): "has no field timout",
		route(", expect: {retry_policy.num_retry: 2}"):                                 "has no field num_retry",
		route(", expect: {timeout: 0s}, in: [al]"):                                     `in: no variant "al"`,
		"manifests: [x]\nclusters: [{of: a/b, name: c, expect: {conect_timeout: 1s}}]": "has no field conect_timeout",

		matrix("allowed: {}"):                                      "rpcs: there are none",
		matrix("rpcs: {'a:1': []}"):                                "rpcs: there are none",
		matrix("rpcs: {'a:1': [x]}"):                               "begins with /",
		matrix("rpcs: {'a:1': [/x]}, allowed: {b: {'a:1': [/y]}}"): "is never called",
		matrix("rpcs: {'a:1': [/x]}, allowed: {b: {'c:1': [/x]}}"): "is never called",
		matrix("rpcs: {'a:1': [/x]}, callers: [b, b]"):             "each once",
	} {
		if _, err := read(t, text); err == nil {
			t.Errorf("accepted: %s", text)
		} else if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "s.yaml") {
			t.Errorf("%s\n\tis refused with %v\n\tnot with the file and %q", text, err, want)
		}
	}
}

func TestReadTakes(t *testing.T) {
	for _, text := range []string{
		"manifests: [x]",
		"manifests: [x]\ncalls: [&a {name: a, from: b/c, to: 'd:443', method: /e, serverName: f, expect: {code: 14}}, {<<: *a, tls: any}]",
		"manifests: [x]\nroutes: [{of: a/b, to: 'c:1', method: /d, expect: {timeout: 0s, retry_policy.retry_on: null}}]",
		"manifests: [x]\ncalls: [{name: a, from: b/c, to: 'd:1', kind: bidi-stream, method: /e, server: {fail: INTERNAL, delay: 1s}, expect: {split: {by: code, want: {Internal: 1}}}}]",
	} {
		if _, err := read(t, text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestIdleVariantsAreRefused(t *testing.T) {
	for _, text := range []string{
		"manifests: [x]",
		"manifests: [x]\nvariants: [{name: x}, {name: z, only: [matrix]}]\ncalls: [{name: a, from: b/c, to: 'd:1', method: /e, expect: {code: 0}}]",
		"manifests: [x]\nvariants: [{name: x}, {name: z}]\ncalls: [{name: a, in: [x], from: b/c, to: 'd:1', method: /e, expect: {code: 0}}]",
	} {
		s, err := read(t, text)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Run("no envoy", nil); err == nil || !strings.Contains(err.Error(), "there is nothing to do") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
