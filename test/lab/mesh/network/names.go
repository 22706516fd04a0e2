package network

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

const hostsFile = "/etc/hosts"

// ResolveNames lets every program of the run find these names at these
// addresses, and no other names in a file.
func ResolveNames(addresses map[string]string) error {
	lines := []string{"127.0.0.1 localhost"}
	for name, address := range addresses {
		lines = append(lines, fmt.Sprintf("%s %s", address, name))
	}
	slices.Sort(lines)
	own := filepath.Join(Scratch, "hosts")
	_, err := os.Stat(own)
	if err := os.WriteFile(own, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		return err
	}
	if err == nil { // a cluster before this one has put it there
		return nil
	}
	return unix.Mount(own, hostsFile, "", unix.MS_BIND, "")
}
