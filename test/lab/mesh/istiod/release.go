package istiod

import (
	"os"
	"path/filepath"
	"strings"

	"cdk8s-grpc-mesh/manifest"
)

// Release is the minor release of Istio that this program was built from. The
// module itself has no version that tells it, only a file.
func Release() (string, error) {
	dir, err := manifest.ModuleDir("istio.io/istio")
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(dir, "VERSION"))
	return strings.TrimSpace(string(text)), err
}
