package scenario

import (
	"strings"
	"testing"

	"cdk8s-grpc-mesh/lab/cluster"
)

// Whoever acts on nobody has not acted.
func TestActionsNeedSomebody(t *testing.T) {
	nobody := func() (string, error) { return "shop/nobody-0", nil }
	for name, action := range map[string]Action{
		"kill":         {Kill: "shop/nobody"},
		"stopApp":      {StopApp: "shop/nobody"},
		"stopProxy":    {StopProxy: "shop/nobody"},
		"restartProxy": {RestartProxy: "shop/nobody"},
		"leave":        {Leave: "shop/nobody"},
		"start":        {Start: "shop/nobody"},
	} {
		if err := action.do(&cluster.Cluster{}, nobody); err == nil || !strings.Contains(err.Error(), "shop/nobody") {
			t.Errorf("%s: %v", name, err)
		}
	}
	serving := Action{Kill: Serving}
	if err := serving.do(&cluster.Cluster{}, nil); err == nil || !strings.Contains(err.Error(), "no call is under way") {
		t.Error(err)
	}
	if err := serving.do(&cluster.Cluster{}, nobody); err == nil || !strings.Contains(err.Error(), "shop/nobody-0") {
		t.Error(err)
	}
}
