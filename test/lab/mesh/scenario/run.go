package scenario

import (
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
		err := s.InCluster(variant, envoy, func(c *cluster.Cluster) error {
			return s.play(c, variant, func(r Result) {
				r.Variant = variant.Name
				report(r)
			})
		})
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
	var inner error
	outer := test.Wrap(func(t test.Failer) {
		c, err := cluster.Start(t, docs, platform, cluster.Options{
			Envoy: envoy, MeshConfig: s.MeshConfig, Replicas: s.Replicas,
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
	docs = slices.DeleteFunc(docs, func(doc manifest.Document) bool {
		replaced := slices.ContainsFunc(added, func(other manifest.Document) bool {
			return other.Group() == doc.Group() && other.Head.String() == doc.Head.String()
		})
		return replaced || slices.Contains(variant.Without, doc.Kind)
	})
	return append(docs, added...), nil
}

// within tells whether something is meant for a variant.
func within(names []string, variant Variant) bool {
	return len(names) == 0 || slices.Contains(names, variant.Name)
}

func (s *Scenario) play(c *cluster.Cluster, variant Variant, report func(Result)) error {
	plays := func(part string) bool {
		return len(variant.Only) == 0 || slices.Contains(variant.Only, part)
	}
	if plays("routes") {
		for _, check := range s.Routes {
			if !within(check.In, variant) {
				continue
			}
			if err := check.play(c, report); err != nil {
				return err
			}
		}
	}
	if plays("clusters") {
		for _, check := range s.Clusters {
			if !within(check.In, variant) {
				continue
			}
			if err := check.play(c, report); err != nil {
				return err
			}
		}
	}
	if plays("matrix") && s.Matrix != nil {
		if err := s.Matrix.play(c, variant, report); err != nil {
			return err
		}
	}
	if plays("calls") {
		for _, step := range s.Calls {
			if !within(step.In, variant) {
				continue
			}
			if err := step.play(c, report); err != nil {
				return fmt.Errorf("%s: %w", step.Name, err)
			}
		}
	}
	return nil
}
