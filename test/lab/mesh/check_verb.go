package main

import (
	"errors"
	"flag"

	"cdk8s-grpc-mesh/lab/check"
	"cdk8s-grpc-mesh/manifest"
)

// checkVerb prints a finding for everything that Istio's checkers dislike.
func checkVerb(args []string) int {
	flags := flag.NewFlagSet("lab check", flag.ExitOnError)
	var platform, ignore manifest.List
	flags.Var(&platform, "platform", "manifests that are only context, such as the gateways' pods")
	flags.Var(&ignore, "ignore", "codes of findings to leave out")

	files := manifest.ParseArgs(flags, args)
	if len(files) == 0 {
		manifest.Die(errors.New("no file to check"))
	}
	docs, err := manifest.Load(files...)
	if err != nil {
		manifest.Die(err)
	}
	context, err := manifest.Load(platform...)
	if err != nil {
		manifest.Die(err)
	}
	checker, err := check.New()
	if err != nil {
		manifest.Die(err)
	}
	findings, err := checker.Check(docs, context)
	if err != nil {
		manifest.Die(err)
	}
	return manifest.Report(manifest.Ignore(findings, ignore))
}
