package manifest

import (
	"fmt"
	"go/build"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
)

// ModuleDir is the folder of a module that this program was built from. CRDs
// are read from there: their version is then the one that go.mod pins.
func ModuleDir(module string) (string, error) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "", fmt.Errorf("this program was built without module information")
	}
	for _, dep := range info.Deps {
		if dep.Path != module {
			continue
		}
		dir := filepath.Join(cache(), filepath.FromSlash(dep.Path)+"@"+dep.Version)
		if _, err := os.Stat(dir); err != nil {
			return "", fmt.Errorf("%s %s is not in the module cache: run `go mod download`", dep.Path, dep.Version)
		}
		return dir, nil
	}
	return askGo(module)
}

// GatewayAPICRDs are the files of the Gateway API's standard channel.
func GatewayAPICRDs() ([]string, error) {
	dir, err := ModuleDir("sigs.k8s.io/gateway-api")
	if err != nil {
		return nil, err
	}
	return filepath.Glob(filepath.Join(dir, "config/crd/standard", "gateway.*.yaml"))
}

// askGo helps in tests: their programs carry no list of modules.
func askGo(module string) (string, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return "", fmt.Errorf("this program was built without %s", module)
	}
	return strings.TrimSpace(string(dir)), nil
}

func cache() string {
	if dir := os.Getenv("GOMODCACHE"); dir != "" {
		return dir
	}
	return filepath.Join(filepath.SplitList(build.Default.GOPATH)[0], "pkg", "mod")
}
