package scenario

import (
	"strings"
	"testing"
	"time"
)

func TestInterruptionsComeInTime(t *testing.T) {
	over := make(chan struct{})
	step := Step{During: &During{At: Duration(20 * time.Millisecond), Do: []Action{{Sleep: Duration(time.Nanosecond)}}}}
	if err := <-step.interrupt(nil, "call", over); err != nil {
		t.Error(err)
	}
	close(over)
	if err := <-step.interrupt(nil, "call", over); err == nil || !strings.Contains(err.Error(), "was over before 20ms") {
		t.Error(err)
	}
	if err := <-(Step{}).interrupt(nil, "call", over); err != nil {
		t.Error(err)
	}
}
