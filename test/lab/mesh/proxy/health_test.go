package proxy

import (
	"os/exec"
	"strings"
	"testing"
)

func TestAnEndedEnvoyIsNotHealthy(t *testing.T) {
	process := exec.Command("false")
	_ = process.Run()
	e := &Envoy{spec: Spec{Namespace: "shop", Pod: "web-0"}, process: process, ended: make(chan struct{})}
	close(e.ended)
	err := e.Healthy()
	if err == nil || !strings.Contains(err.Error(), "shop/web-0 ended, exit status 1") {
		t.Error(err)
	}
}
