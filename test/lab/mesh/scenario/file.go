// Package scenario reads what to do in a lab and what to expect of it, does
// it, and says what it saw.
package scenario

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"sigs.k8s.io/yaml"

	"cdk8s-grpc-mesh/lab/echo"
)

// A Scenario is one file.
type Scenario struct {
	Manifests  []string       `json:"manifests"`            // files, relative to this one
	Platform   []string       `json:"platform,omitempty"`   // manifests that the cluster brings along
	MeshConfig map[string]any `json:"meshConfig,omitempty"` // changes of Istio's defaults
	Replicas   map[string]int `json:"replicas,omitempty"`   // of workloads "namespace/name", default 1
	Variants   []Variant      `json:"variants,omitempty"`   // default: one, with everything
	Calls      []Step         `json:"calls,omitempty"`
	Matrix     *Matrix        `json:"matrix,omitempty"`
	Routes     []RouteCheck   `json:"routes,omitempty"`
	Clusters   []ClusterCheck `json:"clusters,omitempty"`
}

// A Variant is one run of the scenario in a cluster of its own.
type Variant struct {
	Name    string   `json:"name"`
	Without []string `json:"without,omitempty"` // kinds that are left out of the manifests
	Add     []string `json:"add,omitempty"`     // more manifests; they replace objects of the same name
	Only    []string `json:"only,omitempty"`    // of "calls", "matrix", "routes", "clusters"; default all

	KeptMetrics bool `json:"keptMetrics,omitempty"` // proxies have only those that they are told to keep; default all
}

// A Step makes one or many equal calls.
type Step struct {
	Name       string            `json:"name"`
	In         []string          `json:"in,omitempty"`         // names of variants; default all
	From       string            `json:"from"`                 // workload, pod, or "outside"
	To         string            `json:"to"`                   // host:port
	Via        string            `json:"via,omitempty"`        // gateway, if there are several
	Authority  string            `json:"authority,omitempty"`  // default: to
	TLS        string            `json:"tls,omitempty"`        // "1.2", "1.3", "any", "none"
	ServerName string            `json:"serverName,omitempty"` // default: the host
	Identity   string            `json:"identity,omitempty"`   // certificate of "[domain/]namespace/account"
	Client     string            `json:"client,omitempty"`     // authority: "trusted", "foreign"; default the mesh's
	Method     string            `json:"method,omitempty"`     // path
	Kind       string            `json:"kind,omitempty"`       // default unary
	Metadata   map[string]string `json:"metadata,omitempty"`
	Token      map[string]any    `json:"token,omitempty"` // claims of a signed bearer token
	Server     echo.Instructions `json:"server,omitempty"`
	Messages   int               `json:"messages,omitempty"` // sent by the client of a stream
	Interval   Duration          `json:"interval,omitempty"`
	Deadline   Duration          `json:"deadline,omitempty"` // told to the server
	Patience   Duration          `json:"patience,omitempty"` // the client's own, default 10s
	Count      int               `json:"count,omitempty"`    // default 1
	Parallel   int               `json:"parallel,omitempty"` // at a time, default 1
	Pace       Duration          `json:"pace,omitempty"`     // between the starts of calls
	Before     []Action          `json:"before,omitempty"`
	During     *During           `json:"during,omitempty"`
	After      []Action          `json:"after,omitempty"`
	Background bool              `json:"background,omitempty"` // beside the steps that follow, up to one that acts
	Expect     Expect            `json:"expect"`
}

// An Action changes the cluster. One of the fields is set: the name of a
// workload or of a pod, or "serving" for the pod that the call has reached.
type Action struct {
	Kill         string   `json:"kill,omitempty"` // application and proxy
	StopApp      string   `json:"stopApp,omitempty"`
	StopProxy    string   `json:"stopProxy,omitempty"`
	Leave        string   `json:"leave,omitempty"`        // the endpoints of its Services; the pod runs on
	Start        string   `json:"start,omitempty"`        // what is stopped or has left; "all": every pod
	RestartProxy string   `json:"restartProxy,omitempty"` // forgets connections and ejected hosts
	Sleep        Duration `json:"sleep,omitempty"`
}

// During acts while the call is under way.
type During struct {
	At Duration `json:"at"`
	Do []Action `json:"do"`
}

// Expect has one assertion per field that is set.
type Expect struct {
	Code     *OneOf             `json:"code,omitempty"`     // of every call: names or numbers
	Message  string             `json:"message,omitempty"`  // part of it, of every call
	Attempts *OneOf             `json:"attempts,omitempty"` // arrivals at servers, per call
	Messages *OneOf             `json:"messages,omitempty"` // received per call
	Pods     *int               `json:"pods,omitempty"`     // different pods that were reached
	Split    *Split             `json:"split,omitempty"`
	Stats    []StatCheck        `json:"stats,omitempty"`
	HTTP     *OneOf             `json:"http,omitempty"`     // status
	Headers  map[string]*string `json:"headers,omitempty"`  // of the answer; null: absent
	Arrives  map[string]*string `json:"arrives,omitempty"`  // headers at the server; null: absent
	Caller   string             `json:"caller,omitempty"`   // SPIFFE id at the server
	TLS      string             `json:"tls,omitempty"`      // "1.2" or "1.3"
	Deadline *Range             `json:"deadline,omitempty"` // left when the call arrives; there must be one
	Duration *Range             `json:"duration,omitempty"` // of every call
}

// A Split is how many calls went where. Whoever has a share is seen.
type Split struct {
	By        string             `json:"by"` // a label of the pods, "pod", or "code"
	Want      map[string]float64 `json:"want"`
	Tolerance *float64           `json:"tolerance,omitempty"` // default 0.07
}

// A Range of time; a missing end is open.
type Range struct {
	AtLeast Duration `json:"atLeast,omitempty"`
	AtMost  Duration `json:"atMost,omitempty"`
}

// A StatCheck is by how much counters of a proxy, or its lines, grow during a
// step. One of name, metric and log is set.
type StatCheck struct {
	Of           string `json:"of"`               // workload or pod
	Name         string `json:"name,omitempty"`   // regular expression; what matches is added up
	Metric       string `json:"metric,omitempty"` // or a selector of PromQL, of what Prometheus is told
	Log          string `json:"log,omitempty"`    // or a regular expression, of lines that the proxy prints
	AtLeast      int    `json:"atLeast,omitempty"`
	AtMost       *int   `json:"atMost,omitempty"`       // default: no limit
	MayBeMissing bool   `json:"mayBeMissing,omitempty"` // some counters are made when they first count
}

// Matrix makes every workload call every RPC.
type Matrix struct {
	Callers  []string                       `json:"callers,omitempty"`  // default: all workloads that are no gateways
	RPCs     map[string][]string            `json:"rpcs"`               // host:port to paths
	Allowed  map[string]map[string][]string `json:"allowed"`            // caller to host:port to paths
	Deadline Duration                       `json:"deadline,omitempty"` // default 2s
}

// RouteCheck looks up the route of a call in a proxy's configuration.
type RouteCheck struct {
	Name   string         `json:"name,omitempty"`
	In     []string       `json:"in,omitempty"` // names of variants; default all
	Of     string         `json:"of"`           // workload or pod
	To     string         `json:"to"`           // host:port
	Method string         `json:"method"`
	Expect map[string]any `json:"expect"` // dotted path in Envoy's RouteAction to value; null: absent
}

// ClusterCheck looks up an upstream cluster in a proxy's configuration.
type ClusterCheck struct {
	In     []string       `json:"in,omitempty"` // names of variants; default all
	Of     string         `json:"of"`           // workload or pod
	Name   string         `json:"name"`         // such as outbound|50051||host
	Expect map[string]any `json:"expect"`       // dotted path in Envoy's Cluster to value; null: absent
}

// Duration reads "500ms".
type Duration time.Duration

// UnmarshalJSON reads Go's notation.
func (d *Duration) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("%s is no time such as 500ms", data)
	}
	parsed, err := time.ParseDuration(text)
	*d = Duration(parsed)
	return err
}

// OneOf is a value or a list of acceptable values, each a number or a name.
type OneOf []string

// UnmarshalJSON reads both forms.
func (o *OneOf) UnmarshalJSON(data []byte) error {
	var many []any
	if json.Unmarshal(data, &many) != nil {
		var one any
		if err := json.Unmarshal(data, &one); err != nil {
			return err
		}
		many = []any{one}
	}
	for _, value := range many {
		*o = append(*o, fmt.Sprint(value))
	}
	return nil
}

// Read reads a scenario; file names become relative to it.
func Read(file string) (*Scenario, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if err := noTwins(data); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if data, err = yaml.YAMLToJSON(data); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	s := &Scenario{}
	if err := strictly(data, s); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	dir := filepath.Dir(file)
	relativeTo(dir, s.Manifests)
	relativeTo(dir, s.Platform)
	for _, v := range s.Variants {
		relativeTo(dir, v.Add)
	}
	if len(s.Variants) == 0 {
		s.Variants = []Variant{{}}
	}
	if err := s.validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return s, nil
}

func relativeTo(dir string, files []string) {
	for i, file := range files {
		if !filepath.IsAbs(file) {
			files[i] = filepath.Join(dir, file)
		}
	}
}

func (o OneOf) codes() (map[int]bool, error) {
	set := map[int]bool{}
	for _, name := range o {
		if name == "-1" { // an answer that is not gRPC
			set[-1] = true
			continue
		}
		code, err := echo.Code(name)
		if err != nil {
			return nil, err
		}
		set[int(code)] = true
	}
	return set, nil
}
