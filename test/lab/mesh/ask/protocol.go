// Package ask is a conversation with a running cluster: load manifests, make
// calls, look at what happened, load other manifests.
package ask

import (
	"cdk8s-grpc-mesh/lab/echo"
	"cdk8s-grpc-mesh/manifest"
)

// A request is one line of input. One of the fields is set. One line of output
// answers it.
type request struct {
	Load  *load    `json:"load"`
	Calls []Call   `json:"calls"`
	Dump  []string `json:"dump"` // workloads or pods
}

// load replaces everything that was loaded before.
type load struct {
	Manifests  []string       `json:"manifests"`  // YAML texts, of one or more documents each
	MeshConfig map[string]any `json:"meshConfig"` // changes of Istio's defaults
	Replicas   map[string]int `json:"replicas"`   // of workloads, 1 if not named
}

// loaded answers a load.
type loaded struct {
	// Refused is why documents are left out: no cluster would take them.
	Refused []manifest.Finding `json:"refused"`
	// Rejected is what proxies did not accept of istiod's configuration.
	Rejected []string `json:"rejected"`
	// Restarted tells that the pods are new ones.
	Restarted bool `json:"restarted"`
	// Milliseconds that it took.
	Milliseconds int64 `json:"milliseconds"`
}

// A Call is one call to make.
type Call struct {
	ID         string            `json:"id"`
	From       string            `json:"from"`       // workload, pod, or "outside"
	To         string            `json:"to"`         // host:port; a workload's or pod's name stands for its address
	Via        string            `json:"via"`        // gateway, if there are several
	Authority  string            `json:"authority"`  // default: to
	TLS        string            `json:"tls"`        // "1.2", "1.3", "any", "none"
	ServerName string            `json:"serverName"` // default: the host
	Identity   string            `json:"identity"`   // certificate of "[domain/]namespace/account"
	Client     string            `json:"client"`     // its authority: "trusted", "foreign"; default the mesh's
	ALPN       *[]string         `json:"alpn"`       // beside the protocol's own; default ["istio"] with an identity
	Source     string            `json:"source"`     // address of 10.244.128.0/17 that the outside calls from
	Kind       string            `json:"kind"`       // default unary
	Method     string            `json:"method"`     // path
	Verb       string            `json:"verb"`       // of kind http, default GET
	Headers    map[string]string `json:"headers"`
	Token      map[string]any    `json:"token"` // claims of a signed bearer token
	Server     echo.Instructions `json:"server"`
	Deadline   string            `json:"deadline"` // told to the server
	Patience   string            `json:"patience"` // the client's own, default 5s
	Route      bool              `json:"route"`    // look the route up in the client's proxy
}

// An Answer is what a call came to.
type Answer struct {
	ID string `json:"id"`
	// Fault is why the call could not be made at all; then nothing else is set.
	Fault string `json:"fault,omitempty"`
	echo.Outcome
	// Pod is the one that answered, with its version and what it saw.
	Pod      string            `json:"pod,omitempty"`
	Version  string            `json:"version,omitempty"`
	Caller   string            `json:"caller,omitempty"` // SPIFFE id
	Arrived  map[string]string `json:"arrived,omitempty"`
	Attempts int               `json:"attempts"` // arrivals at applications
	Hops     []Hop             `json:"hops"`
	Route    any               `json:"route,omitempty"` // Envoy's RouteAction
}
