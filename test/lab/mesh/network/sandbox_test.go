package network

import "testing"

// Whoever believed the variable alone would mount over the host's folders.
func TestTheVariableAloneIsNotInside(t *testing.T) {
	t.Setenv(insideVariable, "1")
	if Inside() {
		t.Error("this test runs in no namespaces of its own")
	}
}
