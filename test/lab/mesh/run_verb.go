package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"

	"cdk8s-grpc-mesh/lab/network"
	"cdk8s-grpc-mesh/lab/scenario"
	"cdk8s-grpc-mesh/manifest"
)

// runVerb plays scenarios and prints a line for every expectation.
func runVerb(args []string) int {
	flags := flag.NewFlagSet("lab run", flag.ExitOnError)
	envoy := envoyFlag(flags)
	failures := flags.Bool("failures", false, "print only what is not as expected")
	files := manifest.ParseArgs(flags, args)
	if len(files) == 0 {
		manifest.Die(errors.New("no scenario"))
	}
	return inside(envoy, func() (int, error) {
		status := manifest.Clean
		lines := json.NewEncoder(os.Stdout)
		lines.SetEscapeHTML(false)
		for _, file := range files {
			s, err := scenario.Read(file)
			if err != nil {
				return 0, err
			}
			err = s.Run(*envoy, func(r scenario.Result) {
				if len(files) > 1 {
					r.Scenario = file
				}
				if !r.Pass {
					status = manifest.Found
				}
				if !r.Pass || !*failures {
					_ = lines.Encode(r)
				}
			})
			if err != nil {
				return 0, fmt.Errorf("%s: %w", file, err)
			}
		}
		return status, nil
	})
}

// envoyFlag is shared by the verbs that start Envoys.
func envoyFlag(flags *flag.FlagSet) *string {
	path := os.Getenv("LAB_ENVOY")
	if path == "" {
		path = "envoy"
	}
	return flags.String("envoy", path, "the Envoy to run; default from LAB_ENVOY")
}

// haveTools says in one sentence what is missing.
func haveTools(envoy string) error {
	if _, err := exec.LookPath(envoy); err != nil {
		return fmt.Errorf("there is no Envoy at %q: name its path with --envoy or LAB_ENVOY", envoy)
	}
	for _, tool := range []string{"ip", "iptables-restore"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%s is missing: install iproute2 and iptables", tool)
		}
	}
	return nil
}

// inside runs the function in the lab's own namespaces.
func inside(envoy *string, f func() (int, error)) int {
	if !network.Inside() {
		if err := haveTools(*envoy); err != nil {
			manifest.Die(err)
		}
		status, err := network.Reexec()
		if err != nil {
			manifest.Die(err)
		}
		return status
	}
	if err := network.Prepare(); err != nil {
		manifest.Die(err)
	}
	status, err := f()
	if err != nil {
		manifest.Die(err)
	}
	return status
}
