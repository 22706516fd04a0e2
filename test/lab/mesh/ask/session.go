package ask

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"

	"istio.io/istio/pkg/test"

	"cdk8s-grpc-mesh/lab/check"
	"cdk8s-grpc-mesh/lab/cluster"
	"cdk8s-grpc-mesh/lab/config"
	"cdk8s-grpc-mesh/manifest"
)

// Serve answers every line of the input with a line of output. A request that
// cannot be carried out is answered with an error, and the next one is read.
func Serve(in io.Reader, out io.Writer, envoy string) error {
	checker, err := check.New()
	if err != nil {
		return err
	}
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	s := &session{in: bufio.NewReader(in), out: lines, envoy: envoy, gate: &gate{checker, map[string][]manifest.Finding{}}}
	for s.next() {
		// A cluster lives until a request needs another one.
		for again := true; again; {
			again = s.inCluster()
		}
	}
	return s.broken
}

type session struct {
	in    *bufio.Reader
	out   *json.Encoder
	envoy string
	gate  *gate

	request request // the last one
	broken  error   // why there is no next one; nil at the end of the input
}

// next reads the next request.
func (s *session) next() bool {
	for {
		line, err := s.in.ReadBytes('\n')
		if err != nil && len(line) == 0 {
			if !errors.Is(err, io.EOF) {
				s.broken = err
			}
			return false
		}
		s.request = request{}
		decoder := json.NewDecoder(bytes.NewReader(line))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&s.request); err == nil {
			return true
		} else if !s.fail(err) {
			return false
		}
	}
}

func (s *session) reply(answer any) bool {
	s.broken = s.out.Encode(answer)
	return s.broken == nil
}

func (s *session) fail(err error) bool { return s.reply(map[string]string{"error": err.Error()}) }

var errNothing = errors.New("nothing is loaded")

// inCluster starts the cluster that the request asks for and answers requests
// until the input ends, or until one needs another cluster: then it is true.
func (s *session) inCluster() (again bool) {
	begin := time.Now()
	if s.request.Load == nil {
		s.fail(errNothing)
		return false
	}
	plan, err := newPlan(s.gate, s.request.Load)
	if err != nil {
		s.fail(err)
		return false
	}
	outer := test.Wrap(func(t test.Failer) {
		var c *caller
		if c, err = start(t, plan, s.envoy); err != nil {
			return
		}
		var answer *loaded
		if answer, err = c.load(plan, begin); err != nil {
			return
		}
		answer.Restarted = true
		if s.reply(answer) {
			again = s.converse(c, plan)
		}
	})
	if err := errors.Join(err, outer); err != nil {
		s.fail(err)
	}
	return again
}

// start makes the plan's cluster, without what it can exchange.
func start(t test.Failer, plan *plan, envoy string) (*caller, error) {
	options := cluster.Options{
		Envoy: envoy, EnvoyFlags: flags, KubeProxy: true,
		Replicas: plan.replicas, MeshConfig: meshConfig(plan.meshConfig),
	}
	c, err := cluster.Start(t, plan.fixed, nil, options)
	if err != nil {
		return nil, err
	}
	log := newLog(c)
	t.Cleanup(log.close)
	return &caller{c: c, log: log, dumps: map[string]map[string]any{}}, nil
}

// converse answers requests in a cluster, see inCluster.
func (s *session) converse(c *caller, running *plan) (again bool) {
	empty := false
	for s.next() {
		begin := time.Now()
		var answer any
		var err error
		switch r := s.request; {
		case r.Load != nil:
			var next *plan
			if next, err = newPlan(s.gate, r.Load); err == nil && next.cluster != running.cluster {
				return true
			}
			if err == nil {
				answer, err = c.load(next, begin)
			}
			empty = err != nil // a failed load leaves nothing that may be asked
		case empty:
			err = errNothing
		case r.Dump != nil:
			answer, err = c.dump(r.Dump)
		default:
			var answers []Answer
			answers, err = c.ask(r.Calls)
			answer = map[string]any{"answers": answers}
		}
		ok := false
		if err != nil {
			ok = s.fail(err)
		} else {
			ok = s.reply(answer)
		}
		if !ok {
			return false
		}
	}
	return false
}

// load exchanges what can be exchanged in a running cluster.
func (c *caller) load(next *plan, begin time.Time) (*loaded, error) {
	clear(c.dumps)
	rejected, err := c.c.Reload(next.changing)
	if err != nil {
		return nil, err
	}
	return next.loaded(rejected, begin), nil
}

// dump is the effective configuration of proxies, by the names asked for.
func (c *caller) dump(names []string) (map[string]any, error) {
	dumps := map[string]any{}
	for _, name := range names {
		pod, err := c.c.Pod(name)
		if err != nil {
			return nil, err
		}
		raw, err := pod.Dump()
		if err != nil {
			return nil, err
		}
		dumps[name] = config.Effective(raw)
	}
	return map[string]any{"dump": dumps}, nil
}
