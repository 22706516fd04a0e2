package istiod

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/pkg/model"
	pilot "istio.io/istio/pilot/pkg/xds"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/constants"
	"istio.io/istio/pkg/config/schema/gvk"

	"cdk8s-grpc-mesh/manifest"
)

// patience is how long istiod and the proxies may take to agree.
const patience = 20 * time.Second

// replaceable are the kinds that say how a mesh behaves, not what it consists
// of. Others make istiod build Services and pods, which takes a restart.
var replaceable = []config.GroupVersionKind{
	gvk.AuthorizationPolicy, gvk.PeerAuthentication, gvk.RequestAuthentication,
	gvk.VirtualService, gvk.DestinationRule, gvk.Sidecar, gvk.Gateway,
}

// CanReplace tells whether documents like this one can change while proxies
// run.
func CanReplace(h manifest.Head) bool {
	return slices.ContainsFunc(replaceable, func(kind config.GroupVersionKind) bool {
		return kind.Group == h.Group() && kind.Kind == h.Kind
	})
}

// parse makes istiod's objects of the documents. All have the same age, unless
// they say otherwise: conflicts are then decided by name.
func (s *Server) parse(docs []manifest.Document) ([]config.Config, error) {
	var text bytes.Buffer
	for _, doc := range docs {
		fmt.Fprintf(&text, "%s\n---\n", doc.JSON)
	}
	configs, _, err := crd.ParseInputs(text.String())
	for i := range configs {
		if configs[i].Namespace == "" {
			configs[i].Namespace = "default"
		}
		configs[i].Domain = constants.DefaultClusterLocalDomain // for short names of hosts
		if configs[i].CreationTimestamp.IsZero() {
			configs[i].CreationTimestamp = s.start
		}
	}
	return configs, err
}

// Replace exchanges all objects of the replaceable kinds and waits until this
// many proxies have acknowledged everything that istiod makes of them. It
// tells what the proxies refused.
func (s *Server) Replace(docs []manifest.Document, proxies int) (refused []string, err error) {
	configs, err := s.parse(docs)
	if err != nil {
		return nil, err
	}
	s.rounds++
	if err := s.store(append(configs, s.marks()...)); err != nil {
		return nil, err
	}
	if err := wait("istiod to take in the VirtualServices", s.marksAreSeen); err != nil {
		return nil, err
	}
	s.push()
	err = wait("the proxies to acknowledge their configuration", func() error {
		refused, err = s.acknowledged(proxies)
		return err
	})
	return refused, err
}

// newRound is istiod's reason to push the configuration of a round.
const newRound model.TriggerReason = "round"

// push gives every proxy everything, so that there is something to wait for.
func (s *Server) push() {
	s.mu.Lock()
	s.pushed = map[string]int{}
	s.mu.Unlock()
	for _, client := range s.fake.Discovery.Clients() { // istiod keeps an error until something is accepted
		for kind := range client.Proxy().DeepCloneWatchedResources() {
			client.Proxy().UpdateWatchedResource(kind, func(w *model.WatchedResource) *model.WatchedResource {
				w.LastError = ""
				return w
			})
		}
	}
	s.fake.Discovery.ConfigUpdate(&model.PushRequest{Forced: true, Reason: model.NewReasonStats(newRound)})
}

// notePush is asked by istiod before it pushes to a proxy. Pushes of other
// reasons come between, and may be merged with that of the round: only here
// it shows which version it has.
func (s *Server) notePush(proxy *model.Proxy, r *model.PushRequest) (*model.PushRequest, bool) {
	if r.Reason.Has(newRound) {
		version, err := number(r.Push.PushVersion)
		if err != nil {
			panic(err) // istiod has changed what versions look like
		}
		s.mu.Lock()
		s.pushed[proxy.ID] = version
		s.mu.Unlock()
	}
	return pilot.DefaultProxyNeedsPush(proxy, r)
}

// store makes the objects all that there are of the replaceable kinds.
func (s *Server) store(configs []config.Config) error {
	store := s.fake.Store()
	for _, kind := range replaceable {
		for _, old := range store.List(kind, model.NamespaceAll) {
			stays := slices.ContainsFunc(configs, func(c config.Config) bool { return c.Key() == old.Key() })
			if stays {
				continue
			}
			if err := store.Delete(kind, old.Name, old.Namespace, nil); err != nil {
				return fmt.Errorf("%s: %w", old.Key(), err)
			}
		}
	}
	for _, c := range configs {
		put := store.Create
		if store.Get(c.GroupVersionKind, c.Name, c.Namespace) != nil {
			put = store.Update
		}
		if _, err := put(c); err != nil {
			return fmt.Errorf("%s: %w", c.Key(), err)
		}
	}
	return nil
}

// nobody has the namespace of the marks, so no proxy sees them.
const nobody = "lab-nobody"

// marks are a VirtualService and one that it delegates to, with the number of
// the round. istiod merges those beside its store; once it shows the marks, it
// shows what came before them, too.
func (s *Server) marks() []config.Config {
	mark := func(name string, spec *networking.VirtualService) config.Config {
		spec.ExportTo = []string{"."}
		return config.Config{
			Meta: config.Meta{
				GroupVersionKind: gvk.VirtualService, Name: name, Namespace: nobody, CreationTimestamp: s.start,
			},
			Spec: spec,
		}
	}
	return []config.Config{
		mark("delegate", &networking.VirtualService{Http: []*networking.HTTPRoute{{
			Name:           strconv.Itoa(s.rounds),
			DirectResponse: &networking.HTTPDirectResponse{Status: 404},
		}}}),
		mark("root", &networking.VirtualService{
			Hosts: []string{fmt.Sprintf("round-%d.lab", s.rounds)},
			Http:  []*networking.HTTPRoute{{Delegate: &networking.Delegate{Name: "delegate"}}},
		}),
	}
}

func (s *Server) marksAreSeen() error {
	for _, merged := range s.fake.Env().VirtualServiceController.MergedVirtualServices() {
		if merged.Namespace != nobody {
			continue
		}
		spec := merged.Spec.(*networking.VirtualService)
		if spec.Hosts[0] == fmt.Sprintf("round-%d.lab", s.rounds) &&
			len(spec.Http) == 1 && strings.HasSuffix(spec.Http[0].Name, strconv.Itoa(s.rounds)) {
			return nil
		}
	}
	return fmt.Errorf("round %d is not there", s.rounds)
}

// acknowledged has an error as long as a proxy has not answered to everything
// that it got in this round or later.
func (s *Server) acknowledged(proxies int) (refused []string, err error) {
	clients := s.fake.Discovery.Clients()
	if len(clients) != proxies {
		return nil, fmt.Errorf("%d of %d proxies are connected", len(clients), proxies)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, client := range clients {
		name := client.Proxy().ID
		version, pushed := s.pushed[name]
		if !pushed {
			return nil, fmt.Errorf("%s has got nothing", name)
		}
		for kind, watched := range client.Proxy().DeepCloneWatchedResources() {
			kind = kind[strings.LastIndex(kind, ".")+1:]
			wildcard := kind == "Cluster" || kind == "Listener"
			if watched.NonceSent == "" || !wildcard && len(watched.ResourceNames) == 0 {
				continue // it never wanted any, or does no more
			}
			sent, err := number(watched.NonceSent[:len(watched.NonceSent)-uuidLength])
			switch {
			case err != nil:
				return nil, err
			case sent < version:
				return nil, fmt.Errorf("%s has version %d of %s, not %d", name, sent, kind, version)
			case watched.LastError != "":
				refused = append(refused, name+": "+watched.LastError)
			case watched.NonceAcked != watched.NonceSent:
				return nil, fmt.Errorf("%s has not answered to version %d of %s", name, sent, kind)
			}
		}
	}
	return refused, nil
}

// uuidLength is that of the random end of a nonce; before it is the version.
const uuidLength = 36

// number is the part of a version that grows: "2026-01-02T03:04:05Z/17".
func number(version string) (int, error) {
	return strconv.Atoi(version[strings.LastIndex(version, "/")+1:])
}

// wait asks again and again until there is no error.
func wait(what string, f func() error) error {
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		err := f()
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("waited %s for %s: %w", patience, what, err)
		}
	}
}
