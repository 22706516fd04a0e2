// Package quiet takes istiod's log off standard output, where it is by default.
package quiet

import (
	"os"

	"istio.io/istio/pkg/log"
)

// Log sends it to the file that LAB_LOG names, or nowhere.
func Log() error {
	file := os.Getenv("LAB_LOG")
	if file == "" {
		file = os.DevNull
	}
	options := log.DefaultOptions()
	options.OutputPaths = []string{file}
	options.ErrorOutputPaths = []string{file}
	return log.Configure(options)
}
