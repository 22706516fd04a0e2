package scenario

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"net"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/codes"

	"cdk8s-grpc-mesh/lab/echo"
	"cdk8s-grpc-mesh/lab/proxy"
)

// The rules below refuse what a scenario says in vain. Whoever reads a green
// run believes that every word of its scenario was checked.

// A rule is a way to be wrong, and what is said of it.
type rule[T any] struct {
	says   string
	broken func(T) bool
}

// first says what the first broken rule says.
func first[T any](rules []rule[T], of T) error {
	for _, r := range rules {
		if r.broken(of) {
			return errors.New(r.says)
		}
	}
	return nil
}

// Parts of a scenario, as a variant's "only" names them.
const (
	partCalls    = "calls"
	partMatrix   = "matrix"
	partRoutes   = "routes"
	partClusters = "clusters"
)

var parts = []string{partCalls, partMatrix, partRoutes, partClusters}

// plays tells whether a part is meant for the variant.
func (v Variant) plays(part string) bool { return len(v.Only) == 0 || slices.Contains(v.Only, part) }

// validate finds what can be wrong before anything runs.
func (s *Scenario) validate() error {
	if err := first(scenarioRules, s); err != nil {
		return err
	}
	for _, v := range s.Variants {
		for _, part := range v.Only {
			if !slices.Contains(parts, part) {
				return fmt.Errorf("variant %q: only: %q is none of %s", v.Name, part, strings.Join(parts, ", "))
			}
		}
	}
	for i, step := range s.Calls {
		err := first(stepRules, step)
		if err == nil {
			err = first(expectRules, step.Expect)
		}
		if err == nil {
			err = s.isPlayed(partCalls, step.In)
		}
		if err != nil {
			return fmt.Errorf("call %d, %q: %w", i+1, step.Name, err)
		}
	}
	for i, check := range s.Routes {
		err := first(checkRules, configCheck{check.Of, check.To, check.Expect})
		if err == nil && !strings.HasPrefix(check.Method, "/") {
			err = errors.New("method is no path")
		}
		if err == nil {
			err = routeFields.know(check.Expect)
		}
		if err == nil {
			err = s.isPlayed(partRoutes, check.In)
		}
		if err != nil {
			return fmt.Errorf("route %d, of %s to %s%s: %w", i+1, check.Of, check.To, check.Method, err)
		}
	}
	for i, check := range s.Clusters {
		err := first(checkRules, configCheck{check.Of, check.Name, check.Expect})
		if err == nil {
			err = clusterFields.know(check.Expect)
		}
		if err == nil {
			err = s.isPlayed(partClusters, check.In)
		}
		if err != nil {
			return fmt.Errorf("cluster %d, %s of %s: %w", i+1, check.Name, check.Of, err)
		}
	}
	if s.Matrix == nil {
		return nil
	}
	err := first(matrixRules, *s.Matrix)
	if err == nil {
		err = s.isPlayed(partMatrix, nil)
	}
	if err != nil {
		return fmt.Errorf("matrix: %w", err)
	}
	return nil
}

var scenarioRules = []rule[*Scenario]{
	{"manifests: there are none", func(s *Scenario) bool { return len(s.Manifests) == 0 }},
	{"replicas: below zero", func(s *Scenario) bool {
		return slices.ContainsFunc(slices.Collect(maps.Values(s.Replicas)), func(n int) bool { return n < 0 })
	}},
	{"variants: each needs a name of its own", func(s *Scenario) bool {
		seen := map[string]bool{}
		for _, v := range s.Variants {
			if seen[v.Name] || v.Name == "" && len(s.Variants) > 1 {
				return true
			}
			seen[v.Name] = true
		}
		return false
	}},
}

// isPlayed refuses what no variant plays, and names of variants that do not
// play it.
func (s *Scenario) isPlayed(part string, in []string) error {
	var who []string
	for _, v := range s.Variants {
		if v.plays(part) {
			who = append(who, v.Name)
		}
	}
	for _, name := range in {
		if !slices.Contains(who, name) {
			return fmt.Errorf("in: no variant %q that plays %s", name, part)
		}
	}
	if len(who) == 0 {
		return fmt.Errorf("no variant plays %s", part)
	}
	return nil
}

// isIdle tells whether there is nothing to do in a variant.
func (s *Scenario) isIdle(v Variant) bool {
	return !(v.plays(partMatrix) && s.Matrix != nil ||
		v.plays(partCalls) && slices.ContainsFunc(s.Calls, func(c Step) bool { return within(c.In, v) }) ||
		v.plays(partRoutes) && slices.ContainsFunc(s.Routes, func(c RouteCheck) bool { return within(c.In, v) }) ||
		v.plays(partClusters) && slices.ContainsFunc(s.Clusters, func(c ClusterCheck) bool { return within(c.In, v) }))
}

var matrixRules = []rule[Matrix]{
	{"rpcs: there are none", func(m Matrix) bool {
		return len(m.RPCs) == 0 ||
			slices.ContainsFunc(slices.Collect(maps.Values(m.RPCs)), func(paths []string) bool { return len(paths) == 0 })
	}},
	{"rpcs: a path begins with /", func(m Matrix) bool {
		return slices.ContainsFunc(slices.Concat(slices.Collect(maps.Values(m.RPCs))...), noPath)
	}},
	{"allowed: a host:port or a path that is not among the rpcs is never called", func(m Matrix) bool {
		for _, may := range m.Allowed {
			for to, paths := range may {
				for _, path := range paths {
					if !slices.Contains(m.RPCs[to], path) {
						return true
					}
				}
				if m.RPCs[to] == nil || len(paths) == 0 {
					return true
				}
			}
		}
		return false
	}},
	{"callers: each once", func(m Matrix) bool {
		sorted := slices.Sorted(slices.Values(m.Callers))
		return len(slices.Compact(sorted)) < len(m.Callers)
	}},
}

func noPath(text string) bool { return !strings.HasPrefix(text, "/") }

// A configCheck is what checks of routes and of clusters share.
type configCheck struct {
	of, target string
	expect     map[string]any
}

var checkRules = []rule[configCheck]{
	{"of and what to look up are required", func(c configCheck) bool { return c.of == "" || c.target == "" }},
	{"expects nothing", func(c configCheck) bool { return len(c.expect) == 0 }},
}

// What the kinds of calls have.
var (
	kinds = []string{
		echo.Unary, echo.ServerStream, echo.ClientStream, echo.BidiStream, echo.Web, echo.WebText,
		echo.Preflight, echo.HTTP, echo.TCP,
	}
	ofHTTP      = []string{echo.Web, echo.WebText, echo.Preflight, echo.HTTP} // spoken by hand
	noRPC       = []string{echo.Preflight, echo.HTTP, echo.TCP}
	sendMany    = []string{echo.ClientStream, echo.BidiStream}
	receiveMany = []string{echo.ServerStream, echo.Web, echo.WebText}
)

func (s Step) is(kinds ...string) bool { return slices.Contains(kinds, s.kind()) }

// actions are all that the step does to the cluster.
func (s Step) actions() []Action {
	all := slices.Concat(s.Before, s.After)
	if s.During != nil {
		all = append(all, s.During.Do...)
	}
	return all
}

var stepRules = []rule[Step]{
	{"name, from and to are required", func(s Step) bool { return s.Name == "" || s.From == "" || s.To == "" }},
	{"to: is no host:port", func(s Step) bool { return !isHostPort(s.To) }},
	{"kind: is none of " + strings.Join(kinds, ", "), func(s Step) bool { return !s.is(kinds...) }},
	{"method: is no path", func(s Step) bool { return !s.is(echo.TCP) && noPath(s.Method) }},
	{"tls: is none of 1.2, 1.3, any, none", func(s Step) bool {
		return !slices.Contains([]string{"", "1.2", "1.3", "any", "none"}, s.TLS)
	}},
	{"client: is neither trusted nor foreign", func(s Step) bool {
		return !slices.Contains([]string{"", "trusted", "foreign"}, s.Client)
	}},
	{"identity, client and serverName need TLS", func(s Step) bool {
		plain := s.TLS == "none" || s.TLS == "" && s.Identity == "" && s.Client == "" && !strings.HasSuffix(s.To, ":443")
		return plain && (s.Identity != "" || s.Client != "" || s.ServerName != "")
	}},
	{"a number or a time is below zero", func(s Step) bool {
		return slices.Min([]int{s.Messages, s.Count, s.Parallel, s.Server.Times, s.Server.Messages}) < 0 ||
			slices.Min([]Duration{s.Interval, s.Deadline, s.Patience, s.Pace}) < 0
	}},
	{"messages and interval are of " + strings.Join(sendMany, " and "), func(s Step) bool {
		return !s.is(sendMany...) && (s.Messages != 0 || s.Interval != 0)
	}},
	{"deadline: this kind of call tells none", func(s Step) bool { return s.is(noRPC...) && s.Deadline != 0 }},
	{"metadata, token and authority: TCP has none", func(s Step) bool {
		return s.is(echo.TCP) && (len(s.Metadata) > 0 || s.Token != nil || s.Authority != "")
	}},
	{"metadata: lab-* is what server becomes", func(s Step) bool {
		return slices.ContainsFunc(slices.Collect(maps.Keys(s.Metadata)), func(name string) bool {
			return strings.HasPrefix(strings.ToLower(name), "lab-")
		})
	}},

	{"server: no server hears of this kind of call", func(s Step) bool {
		return s.is(echo.TCP, echo.Preflight) && s.Server != echo.Instructions{}
	}},
	{"server: over HTTP it can do no more than delay", func(s Step) bool {
		return s.is(echo.HTTP) && s.Server != echo.Instructions{Delay: s.Server.Delay}
	}},
	{"server.fail: is no code to fail with", func(s Step) bool {
		code, err := echo.Code(s.Server.Fail)
		return s.Server.Fail != "" && (err != nil || code == codes.OK)
	}},
	{"server.times, server.pod and server.after need server.fail", func(s Step) bool {
		return s.Server.Fail == "" && (s.Server.Times != 0 || s.Server.Pod != "" || s.Server.After != "")
	}},
	{"server.after: is not headers", func(s Step) bool { return s.Server.After != "" && s.Server.After != "headers" }},
	{"server.delay or server.interval: is no time such as 500ms", func(s Step) bool {
		return noDuration(s.Server.Delay) || noDuration(s.Server.Interval)
	}},
	{"server.delay: a bidi-stream is answered at once, but for server.fail", func(s Step) bool {
		return s.is(echo.BidiStream) && s.Server.Delay != "" && s.Server.Fail == ""
	}},
	{"server.messages is of " + strings.Join(receiveMany, ", "), func(s Step) bool {
		return s.Server.Messages != 0 && !s.is(receiveMany...)
	}},
	{"server.interval is between two server.messages", func(s Step) bool {
		return s.Server.Interval != "" && s.Server.Messages < 2
	}},

	{"an action has exactly one word", func(s Step) bool {
		return slices.ContainsFunc(s.actions(), func(a Action) bool { return words(a) != 1 })
	}},
	{"a step in the background has no before, during or after", func(s Step) bool { return s.Background && s.acts() }},
	{"during: at and do are required, and do does not begin with sleep", func(s Step) bool {
		return s.During != nil && (s.During.At <= 0 || len(s.During.Do) == 0 || s.During.Do[0].Sleep != 0)
	}},

	{"expects nothing", func(s Step) bool { return len(s.Expect.judge([]made{{}}))+len(s.Expect.Stats) == 0 }},
	{"expect.http is of " + strings.Join(ofHTTP, ", "), func(s Step) bool {
		return s.Expect.HTTP != nil && !s.is(ofHTTP...)
	}},
	{"expect.messages: this kind of call has none", func(s Step) bool {
		return s.Expect.Messages != nil && s.is(echo.Preflight, echo.HTTP)
	}},
	{"expect.headers, expect.arrives and expect.deadline: TCP has none", func(s Step) bool {
		return s.is(echo.TCP) && (s.Expect.Headers != nil || s.Expect.Arrives != nil || s.Expect.Deadline != nil)
	}},
}

var expectRules = []rule[Expect]{
	{"expect.code: is no code", func(e Expect) bool {
		if e.Code == nil {
			return false
		}
		_, err := e.Code.codes()
		return err != nil
	}},
	{"expect.attempts, expect.messages and expect.http are numbers", func(e Expect) bool {
		return e.Attempts.noNumbers() || e.Messages.noNumbers() || e.HTTP.noNumbers()
	}},
	{"expect.duration or expect.deadline: a range has an end, and the larger one is atMost", func(e Expect) bool {
		return e.Duration.isVoid() || e.Deadline.isVoid()
	}},
	{"expect.headers or expect.arrives: names are written in lower case", func(e Expect) bool {
		for name := range maps.All(e.Headers) {
			if name != strings.ToLower(name) {
				return true
			}
		}
		for name := range maps.All(e.Arrives) {
			if name != strings.ToLower(name) {
				return true
			}
		}
		return false
	}},
	{"expect.split: by and want are required, and the shares add up to 1", func(e Expect) bool {
		if e.Split == nil {
			return false
		}
		sum := 0.0
		for _, share := range e.Split.Want {
			sum += share
		}
		return e.Split.By == "" || math.Abs(sum-1) > 1e-6
	}},
	{"expect.split: a share within the tolerance of 0 could be 0", func(e Expect) bool {
		if e.Split == nil {
			return false
		}
		for name, share := range e.Split.Want {
			if name == "" || share < 0 || share > 0 && share <= e.Split.tolerance() {
				return true
			}
		}
		return false
	}},
	{"expect.stats: of is required, and a regular expression as name or log, or a selector of PromQL as metric", func(e Expect) bool {
		return slices.ContainsFunc(e.Stats, func(s StatCheck) bool {
			_, err := regexp.Compile(s.Name + s.Log)
			if s.Metric != "" {
				_, err = proxy.Selector(s.Metric)
			}
			set := slices.DeleteFunc([]string{s.Name, s.Metric, s.Log}, func(text string) bool { return text == "" })
			return s.Of == "" || len(set) != 1 || err != nil
		})
	}},
	{"expect.stats: atLeast or atMost is required, and the larger one is atMost", func(e Expect) bool {
		return slices.ContainsFunc(e.Stats, func(s StatCheck) bool {
			return s.AtLeast < 0 || s.AtLeast == 0 && s.AtMost == nil || s.AtMost != nil && *s.AtMost < s.AtLeast
		})
	}},
}

func isHostPort(text string) bool {
	host, port, err := net.SplitHostPort(text)
	number, _ := strconv.Atoi(port)
	return err == nil && host != "" && number > 0 && number < 1<<16
}

func noDuration(text string) bool {
	d, err := time.ParseDuration(text)
	return text != "" && (err != nil || d < 0)
}

// words counts the fields of an action that are set.
func words(a Action) int {
	count := 0
	for value := range reflect.ValueOf(a).NumField() {
		if !reflect.ValueOf(a).Field(value).IsZero() {
			count++
		}
	}
	return count
}

func (o *OneOf) noNumbers() bool {
	return o != nil && slices.ContainsFunc(*o, func(text string) bool {
		number, err := strconv.Atoi(text)
		return err != nil || number < 0
	})
}

// isVoid tells whether every time is, or no time can be, in the range.
func (r *Range) isVoid() bool {
	return r != nil && (r.AtLeast <= 0 && r.AtMost <= 0 || r.AtLeast < 0 || r.AtMost < 0 ||
		r.AtMost != 0 && r.AtMost < r.AtLeast)
}
