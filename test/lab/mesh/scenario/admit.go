package scenario

import (
	"fmt"
	"slices"
	"sync"

	"cdk8s-grpc-mesh/lab/check"
	"cdk8s-grpc-mesh/manifest"
)

// checker takes a while to make and is the same for all variants.
var checker = sync.OnceValues(check.New)

// admit refuses what no cluster would take: istiod itself leaves it out or
// fails over it, and then everything is refused for the wrong reason.
func admit(docs, platform []manifest.Document) error {
	all := append(slices.Clone(docs), platform...)
	c, err := checker()
	if err != nil {
		return err
	}
	for i, doc := range all {
		findings := c.Admit(doc)
		if check.IsSecond(all, i) {
			findings = append(findings, check.Duplicate(doc))
		}
		for _, f := range findings {
			if f.Level == manifest.Error {
				return fmt.Errorf("%s: %s: %s", doc.File, f.Object, f.Message)
			}
		}
	}
	return nil
}
