package proxy

import "testing"

func TestListsEndpoints(t *testing.T) {
	clusters := []byte(`outbound|50051||web.shop.svc.cluster.local::observability_name::outbound|50051||web.shop.svc.cluster.local;
outbound|50051||web.shop.svc.cluster.local::10.244.1.20:50051::cx_active::0
inbound|50051||::10.244.1.3:50051::cx_active::0
PassthroughCluster::10.244.1.4:6379::cx_active::0
`)
	for ip, want := range map[string]bool{
		"10.244.1.20": true,
		"10.244.1.2":  false, // the beginning of another one
		"10.244.1.3":  false, // its own application
		"10.244.1.4":  false, // an address that somebody has dialled
	} {
		if lists(clusters, ip) != want {
			t.Errorf("%s: not %v", ip, want)
		}
	}
}
