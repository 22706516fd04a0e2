package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"

	"cdk8s-grpc-mesh/lab/cluster"
	"cdk8s-grpc-mesh/lab/config"
	"cdk8s-grpc-mesh/lab/scenario"
	"cdk8s-grpc-mesh/manifest"
)

// dumped is one line of output.
type dumped struct {
	Workload string         `json:"workload"`
	Pod      string         `json:"pod"`
	Config   map[string]any `json:"config"`
}

// dumpVerb prints the effective configuration of every Envoy of a scenario, a
// line per Envoy.
func dumpVerb(args []string) int {
	flags := flag.NewFlagSet("lab dump", flag.ExitOnError)
	envoy := envoyFlag(flags)
	var only manifest.List
	flags.Var(&only, "of", "workload to dump; default all")
	name := flags.String("variant", "", "of the scenario; default the first")
	files := manifest.ParseArgs(flags, args)
	if len(files) == 0 {
		manifest.Die(errors.New("no scenario"))
	}
	return inside(envoy, func() (int, error) {
		for _, file := range files {
			s, err := scenario.Read(file)
			if err != nil {
				return 0, err
			}
			variant := s.Variants[0]
			if *name != "" {
				i := slices.IndexFunc(s.Variants, func(v scenario.Variant) bool { return v.Name == *name })
				if i < 0 {
					return 0, fmt.Errorf("%s: there is no variant %q", file, *name)
				}
				variant = s.Variants[i]
			}
			err = s.InCluster(variant, *envoy, func(c *cluster.Cluster) error { return dump(c, only) })
			if err != nil {
				return 0, fmt.Errorf("%s: %w", file, err)
			}
		}
		return manifest.Clean, nil
	})
}

func dump(c *cluster.Cluster, only []string) error {
	for _, name := range only {
		if pod, err := c.Pod(name); err != nil || !pod.HasProxy() || pod.Workload.String() != name {
			return fmt.Errorf("--of: there is no workload %q with a proxy", name)
		}
	}
	for _, pod := range c.Pods {
		if !pod.HasProxy() || len(only) > 0 && !slices.Contains(only, pod.Workload.String()) {
			continue
		}
		raw, err := pod.Dump()
		if err != nil {
			return err
		}
		line := dumped{pod.Workload.String(), pod.Name(), config.Effective(raw)}
		if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
			return err
		}
	}
	return nil
}
