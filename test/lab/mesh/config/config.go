// Package config reads the configuration dump of an Envoy.
package config

import (
	"fmt"
	"net"
	"regexp"
	"strings"
)

type object = map[string]any

// Effective is the part of a dump that says what a proxy does, by kind.
func Effective(dump object) object {
	effective := object{}
	for kind, keys := range map[string][]string{
		"listeners": {"dynamic_listeners", "active_state", "listener"},
		"clusters":  {"dynamic_active_clusters", "cluster"},
		"routes":    {"dynamic_route_configs", "route_config"},
		"endpoints": {"dynamic_endpoint_configs", "endpoint_config"},
	} {
		found := []any{}
		for _, section := range list(dump["configs"]) {
			for _, item := range list(child(section, keys[0])) {
				for _, key := range keys[1:] {
					item = child(item, key)
				}
				if item != nil {
					found = append(found, item)
				}
			}
		}
		effective[kind] = found
	}
	return effective
}

// Cluster finds a cluster by its name.
func Cluster(dump object, name string) (object, bool) {
	for _, cluster := range list(Effective(dump)["clusters"]) {
		if child(cluster, "name") == name {
			return cluster.(object), true
		}
	}
	return nil, false
}

// Route is the action of the first route that takes a call to host:port and
// the path, regardless of its headers.
func Route(dump object, to, path string) (object, error) { return NamedRoute(dump, to, path, "") }

// NamedRoute looks only at routes with the name, if it is not empty.
func NamedRoute(dump object, to, path, name string) (object, error) {
	host, port, err := net.SplitHostPort(to)
	if err != nil {
		return nil, err
	}
	for _, routes := range list(Effective(dump)["routes"]) {
		table, _ := child(routes, "name").(string)
		virtualHost := virtualHostOf(routes, host, to)
		if !isFor(table, port) || virtualHost == nil {
			continue
		}
		for _, route := range list(child(virtualHost, "routes")) {
			if name != "" && child(route, "name") != name || !matches(child(route, "match"), path) {
				continue
			}
			if action, ok := child(route, "route").(object); ok {
				return action, nil
			}
			return nil, fmt.Errorf("the route of %s%s leads nowhere: %v", to, path, route)
		}
		return nil, fmt.Errorf("no route of %s takes %s", to, path)
	}
	return nil, fmt.Errorf("no route configuration knows %s", to)
}

// isFor compares a route configuration's name with a port: a sidecar has one
// per port, a gateway one per server. https.443.x has the number in the
// manifest; http.8080 has that of the pods, who often have another one for 80.
func isFor(name, port string) bool {
	switch parts := strings.Split(name, "."); {
	case parts[0] == "https" && len(parts) > 1:
		return parts[1] == port
	case parts[0] == "http" && len(parts) > 1:
		return parts[1] == port || port == "80"
	}
	return name == port || strings.HasSuffix(name, ":"+port)
}

func virtualHostOf(routes any, host, to string) any {
	var wildcard any
	for _, virtualHost := range list(child(routes, "virtual_hosts")) {
		for _, domain := range list(child(virtualHost, "domains")) {
			switch domain, _ := domain.(string); {
			case domain == host || domain == to || domain == host+":*":
				return virtualHost
			case strings.HasPrefix(domain, "*.") && strings.HasSuffix(host, domain[1:]):
				wildcard = virtualHost
			}
		}
	}
	return wildcard
}

func matches(match any, path string) bool {
	if exact, ok := child(match, "path").(string); ok {
		return exact == path
	}
	if prefix, ok := child(match, "prefix").(string); ok {
		return strings.HasPrefix(path, prefix)
	}
	if prefix, ok := child(match, "path_separated_prefix").(string); ok {
		return path == prefix || strings.HasPrefix(path, prefix+"/")
	}
	if expression, ok := child(child(match, "safe_regex"), "regex").(string); ok {
		whole, err := regexp.Compile("^(?:" + expression + ")$")
		return err == nil && whole.MatchString(path)
	}
	return false
}

func child(value any, key string) any {
	if o, ok := value.(object); ok {
		return o[key]
	}
	return nil
}

func list(value any) []any {
	items, _ := value.([]any)
	return items
}
