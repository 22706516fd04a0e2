package proxy

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"google.golang.org/protobuf/encoding/protojson"
	meshconfig "istio.io/api/mesh/v1alpha1"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/bootstrap"

	"cdk8s-grpc-mesh/manifest"
)

// statsConfig is what Istio tells an Envoy of its metrics: the labels that are
// made of their names, and which of them there are at all. Nothing for other
// scenarios, which may look at every counter by its name: labels take time.
func (s Spec) statsConfig(proxy object) (object, error) {
	if !s.Metrics {
		return object{}, nil
	}
	data, err := json.Marshal(proxy)
	if err != nil {
		return nil, err
	}
	config := &meshconfig.ProxyConfig{}
	if err := protojson.Unmarshal(data, config); err != nil {
		return nil, err
	}
	metadata := &model.BootstrapNodeMetadata{}
	metadata.InstanceIPs = []string{s.IP}
	metadata.ProxyConfig = (*model.NodeMetaProxyConfig)(config)
	node := &model.Node{ID: s.Type + "~" + s.IP, Metadata: metadata, RawMetadata: object{}, Locality: &core.Locality{}}
	istio, err := manifest.ModuleDir("istio.io/istio")
	if err != nil {
		return nil, err
	}
	var written bytes.Buffer
	template := filepath.Join(istio, "tools/packaging/common/envoy_bootstrap.json")
	if err := bootstrap.New(bootstrap.Config{Node: node}).WriteTo(template, &written); err != nil {
		return nil, err
	}
	var all struct {
		Stats object `json:"stats_config"`
	}
	if err := json.Unmarshal(written.Bytes(), &all); err != nil {
		return nil, err
	}
	return all.Stats, keepForLab(all.Stats)
}

// keepForLab adds what the lab itself reads: an Envoy that refuses
// configuration must not look well because it does not count that.
func keepForLab(stats object) error {
	matcher, _ := stats["stats_matcher"].(object)
	list, _ := matcher["inclusion_list"].(object)
	patterns, ok := list["patterns"].([]any)
	if !ok {
		return errors.New("the bootstrap of Istio has no stats_matcher.inclusion_list.patterns")
	}
	list["patterns"] = append(patterns, object{"suffix": "update_rejected"})
	return nil
}
