package cluster

import (
	"fmt"
	"time"

	"cdk8s-grpc-mesh/lab/istiod"
	"cdk8s-grpc-mesh/lab/proxy"
	"cdk8s-grpc-mesh/manifest"
)

// Reload exchanges the documents that say how the mesh behaves, while its pods
// run on. When it returns, every proxy acts by the new ones, on every
// connection: those that began under the old ones are closed. It tells what
// the proxies refused.
func (c *Cluster) Reload(docs []manifest.Document) (refused []string, err error) {
	for _, doc := range docs {
		if !istiod.CanReplace(doc.Head) {
			return nil, fmt.Errorf("%s: a running cluster cannot exchange this kind", doc.Head)
		}
	}
	if docs, err = c.Issuer.Trust(docs); err != nil {
		return nil, err
	}
	var proxies []*Pod
	for _, pod := range c.Pods {
		if pod.envoyRuns {
			proxies = append(proxies, pod)
		}
	}
	if refused, err = c.istiod.Replace(docs, len(proxies)); err != nil {
		return nil, err
	}
	for _, pod := range proxies {
		if err := pod.settle(); err != nil {
			return nil, err
		}
	}
	return refused, nil
}

// unsettled are the counts of what a proxy has accepted but does not use yet,
// and of what it has replaced but still uses.
const unsettled = `^(listener_manager\.total_(listeners_warming|listeners_draining|filter_chains_draining)` +
	`|cluster_manager\.warming_clusters)$`

// settled means that there are those counts, and that they are zero.
var settled = proxy.Count{Sum: 0, Counters: 4}

func (p *Pod) settle() error {
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		count, err := p.envoy.Stat(unsettled)
		if err == nil && count == settled {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s has not settled after 10 s: %+v, %v", p.Name(), count, err)
		}
	}
}
