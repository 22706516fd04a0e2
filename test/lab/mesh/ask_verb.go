package main

import (
	"errors"
	"flag"
	"os"

	"cdk8s-grpc-mesh/lab/ask"
	"cdk8s-grpc-mesh/manifest"
)

// askVerb talks with a running cluster: a line of input is a request, a line
// of output answers it. See package ask.
func askVerb(args []string) int {
	flags := flag.NewFlagSet("lab ask", flag.ExitOnError)
	envoy := envoyFlag(flags)
	if files := manifest.ParseArgs(flags, args); len(files) > 0 {
		manifest.Die(errors.New("lab ask reads requests from standard input, not files"))
	}
	return inside(envoy, func() (int, error) {
		return manifest.Clean, ask.Serve(os.Stdin, os.Stdout, *envoy)
	})
}
