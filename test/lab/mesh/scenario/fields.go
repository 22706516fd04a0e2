package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// fields are those of an Envoy type. A field that does not exist is absent in
// every configuration, as well as one that is expected to be.
type fields struct{ protoreflect.MessageDescriptor }

var (
	routeFields   = fields{(&route.RouteAction{}).ProtoReflect().Descriptor()}
	clusterFields = fields{(&cluster.Cluster{}).ProtoReflect().Descriptor()}
)

// know refuses dotted paths that lead nowhere.
func (f fields) know(expect map[string]any) error {
	for _, path := range slices.Sorted(maps.Keys(expect)) {
		message := f.MessageDescriptor
		for _, name := range strings.Split(path, ".") {
			if message == nil {
				return fmt.Errorf("expect: nothing is below the end of %s", path)
			}
			field := message.Fields().ByName(protoreflect.Name(name))
			if field == nil {
				return fmt.Errorf("expect: %s has no field %s", message.FullName(), name)
			}
			if field.IsMap() || field.Message() != nil && !field.IsList() && isOpen(field.Message()) {
				break // anything may follow
			}
			message = field.Message()
			if field.IsList() {
				message = nil
			}
		}
	}
	return nil
}

// isOpen tells whether a message may hold anything.
func isOpen(message protoreflect.MessageDescriptor) bool {
	return message.FullName() == "google.protobuf.Any" || message.FullName() == "google.protobuf.Struct"
}
