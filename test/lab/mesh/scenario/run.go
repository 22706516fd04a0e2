package scenario

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"istio.io/istio/pkg/test"

	"cdk8s-grpc-mesh/lab/cluster"
	"cdk8s-grpc-mesh/manifest"
)

// Run plays all variants and hands over each result as it comes. The error is
// about the lab or its input, not about expectations.
func (s *Scenario) Run(envoy string, report func(Result)) error {
	for _, variant := range s.Variants {
		if s.isIdle(variant) {
			return fmt.Errorf("%s: there is nothing to do", cmp.Or(variant.Name, "scenario"))
		}
	}
	for _, variant := range s.Variants {
		results := 0
		err := s.InCluster(variant, envoy, func(c *cluster.Cluster) error {
			return s.play(c, variant, func(r Result) {
				results++
				r.Variant = variant.Name
				report(r)
			})
		})
		if err == nil && results == 0 {
			err = errors.New("nothing was checked")
		}
		if err != nil && variant.Name != "" {
			err = fmt.Errorf("%s: %w", variant.Name, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// InCluster starts the cluster of a variant for the time of a function.
func (s *Scenario) InCluster(variant Variant, envoy string, f func(*cluster.Cluster) error) error {
	docs, err := s.load(variant)
	if err != nil {
		return err
	}
	platform, err := manifest.Load(s.Platform...)
	if err != nil {
		return err
	}
	if err := admit(docs, platform); err != nil {
		return err
	}
	var inner error
	outer := test.Wrap(func(t test.Failer) {
		c, err := cluster.Start(t, docs, platform, cluster.Options{
			Envoy: envoy, MeshConfig: s.MeshConfig, Replicas: s.Replicas, Metrics: variant.KeptMetrics,
		})
		if err == nil {
			err = f(c)
		}
		inner = err
	})
	if outer != nil {
		return outer
	}
	return inner
}

// load gives the manifests of a variant.
func (s *Scenario) load(variant Variant) ([]manifest.Document, error) {
	docs, err := manifest.Load(s.Manifests...)
	if err != nil {
		return nil, err
	}
	added, err := manifest.Load(variant.Add...)
	if err != nil {
		return nil, err
	}
	for _, kind := range variant.Without {
		if !slices.ContainsFunc(docs, func(doc manifest.Document) bool { return doc.Kind == kind }) {
			return nil, fmt.Errorf("without: no manifest has the kind %s", kind)
		}
	}
	docs = slices.DeleteFunc(docs, func(doc manifest.Document) bool {
		replaced := slices.ContainsFunc(added, doc.IsSame)
		return replaced || slices.Contains(variant.Without, doc.Kind)
	})
	return append(docs, added...), nil
}

// within tells whether something is meant for a variant.
func within(names []string, variant Variant) bool {
	return len(names) == 0 || slices.Contains(names, variant.Name)
}

func (s *Scenario) play(c *cluster.Cluster, variant Variant, report func(Result)) error {
	if variant.plays(partRoutes) {
		for _, check := range s.Routes {
			if !within(check.In, variant) {
				continue
			}
			if err := check.play(c, report); err != nil {
				return err
			}
		}
	}
	if variant.plays(partClusters) {
		for _, check := range s.Clusters {
			if !within(check.In, variant) {
				continue
			}
			if err := check.play(c, report); err != nil {
				return err
			}
		}
	}
	if variant.plays(partMatrix) && s.Matrix != nil {
		if err := s.Matrix.play(c, variant, report); err != nil {
			return err
		}
	}
	if variant.plays(partCalls) {
		meant := slices.DeleteFunc(slices.Clone(s.Calls), func(step Step) bool { return !within(step.In, variant) })
		if err := playAll(meant, report, func(step Step, report func(Result)) error {
			if err := step.play(c, report); err != nil {
				return fmt.Errorf("%s: %w", step.Name, err)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return c.Healthy()
}
