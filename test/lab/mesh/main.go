// Command lab shows what the real parts of a mesh do with manifests: Istio's
// own checkers, istiod's configuration generation and Envoy.
package main

import (
	"fmt"
	"os"

	_ "cdk8s-grpc-mesh/lab/env" // first: istiod's switches

	"cdk8s-grpc-mesh/lab/quiet"
	"cdk8s-grpc-mesh/manifest"
)

const usage = `usage:
  lab check [--platform FILE]... [--ignore CODE[,CODE]] FILE...
  lab run   [--envoy PATH] [--failures] SCENARIO...
  lab dump  [--envoy PATH] [--variant NAME] [--of WORKLOAD]... SCENARIO...
  lab ask   [--envoy PATH]
  lab versions [--envoy PATH]
`

var verbs = map[string]func(args []string) int{
	"check": checkVerb,
	"run":   runVerb,
	"dump":  dumpVerb,
	"ask":   askVerb,

	"versions": versionsVerb,
}

func main() {
	if len(os.Args) < 2 || verbs[os.Args[1]] == nil {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(manifest.BadInput)
	}
	if err := quiet.Log(); err != nil {
		manifest.Die(err)
	}
	os.Exit(verbs[os.Args[1]](os.Args[2:]))
}
