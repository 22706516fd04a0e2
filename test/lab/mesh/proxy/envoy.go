package proxy

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"cdk8s-grpc-mesh/lab/network"
)

const (
	adminPort = 15000
	proxyUser = 1337 // the rules of redirection know the proxy by it
)

// An Envoy runs in a pod's network namespace.
type Envoy struct {
	spec    Spec
	pod     *network.Pod
	binary  string
	config  string // file
	log     string // file
	home    string // folder that the Envoy may write to
	process *exec.Cmd
	ended   chan struct{}
	admin   *http.Client
}

// New writes the bootstrap into a folder that every user can read.
func New(binary, dir string, pod *network.Pod, spec Spec) (*Envoy, error) {
	bootstrap, err := spec.bootstrap()
	if err != nil {
		return nil, err
	}
	name := filepath.Join(dir, spec.Pod+"."+spec.Namespace)
	e := &Envoy{spec: spec, pod: pod, binary: binary, config: name + ".json", log: name + ".log", home: name}
	e.admin = &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return pod.Dial(ctx, address)
		},
	}}
	if err := os.WriteFile(e.config, bootstrap, 0o644); err != nil {
		return nil, err
	}
	if err := os.Mkdir(e.home, 0o755); err != nil {
		return nil, err
	}
	return e, os.Chown(e.home, proxyUser, proxyUser)
}

// File is where the Envoy writes what its configuration calls by this name.
func (e *Envoy) File(name string) string { return filepath.Join(e.home, name) }

// Start runs the Envoy; Ready waits for it.
func (e *Envoy) Start() error {
	log, err := os.OpenFile(e.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	// An access log goes to /dev/stdout, which the Envoy opens once more.
	if err := log.Chown(proxyUser, proxyUser); err != nil {
		return err
	}
	flags := []string{"-c", e.config, "--concurrency", "1", "--disable-hot-restart", "-l", "warning",
		"--file-flush-interval-msec", strconv.FormatInt(FlushInterval.Milliseconds(), 10)}
	e.process = exec.Command(e.binary, append(flags, e.spec.Flags...)...)
	e.process.Dir = e.home
	e.process.Stdout, e.process.Stderr = log, log
	e.process.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: proxyUser, Gid: proxyUser}}
	if err := e.pod.Do(e.process.Start); err != nil {
		return fmt.Errorf("%s: %w", e.binary, err)
	}
	e.ended = make(chan struct{})
	go func(process *exec.Cmd, ended chan struct{}) {
		_ = process.Wait()
		close(ended)
	}(e.process, e.ended)
	return nil
}

// Kill ends the Envoy at once and waits until it is gone.
func (e *Envoy) Kill() {
	_ = e.process.Process.Kill()
	<-e.ended
}

// Ready waits until the Envoy has its configuration and has accepted all of
// it. An Envoy that refused a listener calls itself ready as well, and then
// every "denied" would be seen for the wrong reason.
func (e *Envoy) Ready() error {
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if err := e.Lives(); err != nil {
			return err
		}
		if _, err := e.get("/ready"); err == nil {
			break
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("Envoy of %s/%s is not ready after 20 s: %s", e.spec.Namespace, e.spec.Pod, e.tail())
		}
	}
	return e.Healthy()
}

// Lives has an error once the Envoy has ended.
func (e *Envoy) Lives() error {
	select {
	case <-e.ended:
		return fmt.Errorf("Envoy of %s/%s ended, %s: %s", e.spec.Namespace, e.spec.Pod, e.process.ProcessState, e.tail())
	default:
		return nil
	}
}

// Healthy tells whether the Envoy still runs and has accepted everything. The
// calls past one that does not fail for the wrong reason.
func (e *Envoy) Healthy() error {
	if err := e.Lives(); err != nil {
		return err
	}
	rejected, err := e.rejections()
	if err == nil && len(rejected) > 0 {
		err = fmt.Errorf("Envoy of %s/%s refused configuration: %s", e.spec.Namespace, e.spec.Pod, strings.Join(rejected, "; "))
	}
	return err
}

var (
	refused = regexp.MustCompile(`(?m)gRPC config for (.*)$`)
	nonZero = regexp.MustCompile(`(?m)^.*: [1-9]\d*$`)
)

// rejections counts refused updates; only the log has their reasons.
func (e *Envoy) rejections() ([]string, error) {
	stats, err := e.get("/stats?filter=update_rejected")
	if err != nil {
		return nil, err
	}
	counters := nonZero.FindAllString(string(stats), -1)
	if len(counters) == 0 {
		return nil, nil
	}
	log, err := os.ReadFile(e.log)
	if err != nil {
		return nil, err
	}
	var reasons []string
	for _, m := range refused.FindAllSubmatch(log, -1) {
		reasons = append(reasons, string(m[1]))
	}
	return append(reasons, counters...), nil
}

// Dump is the Envoy's effective configuration.
func (e *Envoy) Dump() (map[string]any, error) {
	data, err := e.get("/config_dump?include_eds")
	if err != nil {
		return nil, err
	}
	var dump map[string]any
	return dump, json.Unmarshal(data, &dump)
}

var counter = regexp.MustCompile(`(?m): (\d+)$`)

// A Count is what counters say together.
type Count struct{ Sum, Counters int }

// Stat adds up the counters whose names match.
func (e *Envoy) Stat(expression string) (count Count, err error) {
	data, err := e.get("/stats?filter=" + url.QueryEscape(expression))
	for _, m := range counter.FindAllSubmatch(data, -1) {
		value, _ := strconv.Atoi(string(m[1]))
		count.Sum += value
		count.Counters++
	}
	return count, err
}

// FlushInterval is how long an Envoy may keep lines of an access log to itself.
const FlushInterval = 10 * time.Millisecond

// Printed counts the lines that match among all that the Envoy has printed.
func (e *Envoy) Printed(expression string) (count Count, err error) {
	lines, err := os.ReadFile(e.log)
	for line := range bytes.Lines(lines) {
		matched, err := regexp.Match(expression, line)
		if err != nil {
			return count, err
		}
		if matched {
			count.Sum++
			count.Counters++
		}
	}
	return count, err
}

// Knows tells whether an address is among the endpoints that the Envoy has
// been told of. Those of other clusters are what it has seen pass.
func (e *Envoy) Knows(ip string) (bool, error) {
	data, err := e.get("/clusters")
	return lists(data, ip), err
}

func lists(clusters []byte, ip string) bool {
	return regexp.MustCompile(`(?m)^outbound\|.*::` + regexp.QuoteMeta(ip) + ":").Match(clusters)
}

func (e *Envoy) get(path string) ([]byte, error) {
	response, err := e.admin.Get(fmt.Sprintf("http://127.0.0.1:%d%s", adminPort, path))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: HTTP %d: %s", path, response.StatusCode, data)
	}
	return data, err
}

func (e *Envoy) tail() string {
	log, _ := os.ReadFile(e.log)
	return string(log[max(0, len(log)-2000):])
}
