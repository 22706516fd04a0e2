// Package proxy runs real Envoys.
package proxy

import (
	"encoding/json"
	"fmt"

	"cdk8s-grpc-mesh/lab/istiod"
)

// A Spec is what an Envoy has to know about its pod.
type Spec struct {
	Type      string // "sidecar" or "router"
	Pod       string
	Namespace string
	Account   string
	IP        string
	Workload  string
	Labels    map[string]string
	Config    object   // what the annotation proxy.istio.io/config says
	Server    string   // the address of istiod
	Metrics   bool     // only those that it is told to keep
	Flags     []string // of the command line, after the usual ones
}

type object = map[string]any

// bootstrap is the start of every Envoy's configuration; the rest comes from
// istiod over the cluster xds-grpc and from the certificate server over
// sds-grpc, the name that istiod's configuration refers to.
func (s Spec) bootstrap() ([]byte, error) {
	release, err := istiod.Release()
	if err != nil {
		return nil, err
	}
	config := s.Config
	if config == nil {
		config = object{}
	}
	stats, err := s.statsConfig(config)
	if err != nil {
		return nil, err
	}
	return json.Marshal(object{
		"node": object{
			"id":      fmt.Sprintf("%s~%s~%s.%s~%s.svc.cluster.local", s.Type, s.IP, s.Pod, s.Namespace, s.Namespace),
			"cluster": s.Workload + "." + s.Namespace,
			"metadata": object{
				"NAMESPACE":         s.Namespace,
				"NAME":              s.Pod,
				"SERVICE_ACCOUNT":   s.Account,
				"LABELS":            s.Labels,
				"INSTANCE_IPS":      s.IP,
				"CLUSTER_ID":        "Kubernetes",
				"ISTIO_VERSION":     release + ".0", // istiod asks it what the proxy understands
				"PROXY_CONFIG":      config,
				"INTERCEPTION_MODE": "REDIRECT",
				"WORKLOAD_NAME":     s.Workload,
				"MESH_ID":           "cluster.local",
			},
		},
		"admin":        object{"address": socket("127.0.0.1", adminPort)},
		"stats_config": stats,
		"dynamic_resources": object{
			"lds_config": overADS(),
			"cds_config": overADS(),
			"ads_config": object{
				"api_type":                       "DELTA_GRPC",
				"transport_api_version":          "V3",
				"set_node_on_first_message_only": true,
				"grpc_services":                  []object{{"envoy_grpc": object{"cluster_name": "xds-grpc"}}},
			},
		},
		"static_resources": object{"clusters": []object{
			plainGRPC("xds-grpc", s.Server, istiod.XDSPort),
			plainGRPC("sds-grpc", s.Server, istiod.SDSPort),
		}},
		"bootstrap_extensions": []object{{
			"name": "envoy.bootstrap.internal_listener",
			"typed_config": object{
				"@type": "type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener",
			},
		}},
		"layered_runtime": object{"layers": []object{{
			"name":         "lab",
			"static_layer": object{"re2.max_program_size.error_level": 32768},
		}}},
	})
}

func overADS() object {
	return object{"ads": object{}, "resource_api_version": "V3", "initial_fetch_timeout": "0s"}
}

func socket(address string, port int) object {
	return object{"socket_address": object{"address": address, "port_value": port}}
}

func plainGRPC(name, address string, port int) object {
	return object{
		"name":            name,
		"type":            "STATIC",
		"connect_timeout": "5s",
		"typed_extension_protocol_options": object{
			"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": object{
				"@type":                "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
				"explicit_http_config": object{"http2_protocol_options": object{}},
			},
		},
		"load_assignment": object{
			"cluster_name": name,
			"endpoints": []object{{"lb_endpoints": []object{{
				"endpoint": object{"address": socket(address, port)},
			}}}},
		},
	}
}
