package scenario

import (
	"cmp"
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"cdk8s-grpc-mesh/lab/cluster"
	"cdk8s-grpc-mesh/lab/echo"
)

// made is a call that has been made.
type made struct {
	outcome  echo.Outcome
	arrivals []echo.Arrival
}

var lastCall atomic.Int64

func newCallID() string { return fmt.Sprintf("call-%d", lastCall.Add(1)) }

func (s Step) play(c *cluster.Cluster, report func(Result)) error {
	if err := act(c, s.Before, nil); err != nil {
		return err
	}
	before, err := s.Expect.stats(c)
	if err != nil {
		return err
	}
	calls, err := s.make(c)
	if err != nil {
		return err
	}
	if err := c.Healthy(); err != nil {
		return err
	}
	s.Expect.flushed()
	after, err := s.Expect.stats(c)
	if err != nil {
		return err
	}
	counted, err := s.Expect.judgeStats(before, after)
	if err != nil {
		return err
	}
	for _, result := range append(s.Expect.judge(calls), counted...) {
		result.Step = s.Name
		report(result)
	}
	return act(c, s.After, nil)
}

// make makes the calls, those of gRPC over one connection.
func (s Step) make(c *cluster.Cluster) ([]made, error) {
	target, err := c.Target(s.route())
	if err != nil {
		return nil, err
	}
	conn, err := echo.Connect(target)
	if err != nil {
		return nil, err
	}
	defer conn.Close()

	ids := make([]string, max(1, s.Count))
	for i := range ids {
		ids[i] = newCallID()
	}
	headers, err := s.headers(c)
	if err != nil {
		return nil, err
	}
	if pod, err := c.Pod(s.Server.Pod); s.Server.Pod != "" && (err != nil || pod.Name() != s.Server.Pod) {
		return nil, fmt.Errorf("server.pod: no pod is called %q", s.Server.Pod)
	}
	over := make(chan struct{})
	interrupted := s.interrupt(c, ids[0], over)
	calls := make([]made, len(ids))
	var all sync.WaitGroup
	free := make(chan struct{}, max(1, s.Parallel))
	for i, id := range ids {
		if i > 0 {
			time.Sleep(time.Duration(s.Pace))
		}
		free <- struct{}{}
		all.Go(func() {
			calls[i].outcome = conn.Do(s.call(id, headers))
			<-free
		})
	}
	all.Wait()
	close(over)
	for i, id := range ids {
		calls[i].arrivals = c.Recorder.Of(id)
	}
	return calls, <-interrupted
}

// interrupt acts while the calls are under way; it is a fault of the scenario
// if they are over by then.
func (s Step) interrupt(c *cluster.Cluster, id string, over <-chan struct{}) <-chan error {
	done := make(chan error, 1)
	if s.During == nil {
		done <- nil
		return done
	}
	go func() {
		select {
		case <-over:
			done <- fmt.Errorf("during: the call was over before %s", time.Duration(s.During.At))
			return
		case <-time.After(time.Duration(s.During.At)):
		}
		done <- act(c, s.During.Do, func() (string, error) {
			arrivals := c.Recorder.Of(id)
			if len(arrivals) == 0 {
				return "", fmt.Errorf("the call has reached no pod after %s", time.Duration(s.During.At))
			}
			return arrivals[len(arrivals)-1].Pod, nil
		})
	}()
	return done
}

func (s Step) route() cluster.Route {
	return cluster.Route{
		From: s.From, To: s.To, Via: s.Via, Authority: s.authority(),
		TLS: s.TLS, ServerName: s.ServerName, Identity: s.Identity, Client: s.Client,
	}
}

// headers are the metadata of the calls, with a token if they carry one.
func (s Step) headers(c *cluster.Cluster) (map[string]string, error) {
	headers := maps.Clone(s.Metadata)
	if s.Token == nil {
		return headers, nil
	}
	token, err := c.Issuer.Sign(s.Token)
	if headers == nil {
		headers = map[string]string{}
	}
	headers["authorization"] = "Bearer " + token
	return headers, err
}

func (s Step) call(id string, headers map[string]string) echo.Call {
	patience := time.Duration(s.Patience)
	if patience == 0 {
		patience = 10 * time.Second
	}
	return echo.Call{
		ID: id, Kind: s.kind(), Method: s.Method, Metadata: headers, Server: s.Server,
		Messages: s.Messages, Interval: time.Duration(s.Interval),
		Deadline: time.Duration(s.Deadline), Patience: patience,
	}
}

func (s Step) kind() string { return cmp.Or(s.Kind, echo.Unary) }

// authority leaves the port 443 to gRPC clients: browsers do not write it.
func (s Step) authority() string {
	switch s.Kind {
	case echo.Web, echo.WebText, echo.Preflight, echo.HTTP:
		if s.Authority == "" {
			return strings.TrimSuffix(s.To, ":443")
		}
	}
	return s.Authority
}
