// Package env sets the feature switches of istiod for a stock Envoy.
//
// istiod reads its switches into package variables while its packages
// initialise. Go initialises packages in the order of their import paths, and
// this path sorts before "istio.io/", so this init is early enough. Import it
// for its side effect in every command.
package env

import "os"

func init() {
	// Filters that only istio-proxy has; a stock Envoy refuses listeners and
	// clusters that name them.
	set("PILOT_ENABLE_ALPN_FILTER", "false")
	set("PILOT_ENABLE_METADATA_EXCHANGE", "false")
	set("PILOT_DISABLE_MX_ALPN", "true")
	// Proxies are known by their address, see package istiod.
	set("XDS_AUTH_PLAINTEXT", "true")
	// Istio's test environment warns on stdout when these folders are missing.
	set("TARGET_OUT", os.TempDir())
	set("LOCAL_OUT", os.TempDir())
}

func set(name, value string) {
	if err := os.Setenv(name, value); err != nil {
		panic(err)
	}
}
