package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "cdk8s-grpc-mesh/lab/env"

	"cdk8s-grpc-mesh/lab/quiet"
	"cdk8s-grpc-mesh/manifest"
)

func TestMain(m *testing.M) {
	if err := quiet.Log(); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

func load(t *testing.T, file string) []manifest.Document {
	t.Helper()
	docs, err := manifest.Load("../../testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

func TestGoodManifestsAreClean(t *testing.T) {
	checker, err := New()
	if err != nil {
		t.Fatal(err)
	}
	findings, err := checker.Check(load(t, "shop.yaml"), load(t, "platform.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		t.Errorf("%+v", f)
	}
}

// A port without a protocol is TCP.
func TestServicesNeedNoDefaults(t *testing.T) {
	checker, err := New()
	if err != nil {
		t.Fatal(err)
	}
	var sets [][]manifest.Document
	for _, file := range []string{"shop.yaml", "platform.yaml"} {
		text, err := os.ReadFile("../../testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		docs, err := manifest.Parse([]byte(strings.ReplaceAll(string(text), ", protocol: TCP}", "}")))
		if err != nil {
			t.Fatal(err)
		}
		sets = append(sets, docs)
	}
	findings, err := checker.Check(sets[0], sets[1])
	if err != nil || len(findings) > 0 {
		t.Errorf("%v, %+v", err, findings)
	}
}

// Every trap that the checkers know is put beside the good manifests, one at a
// time: a checker that has gone blind is noticed.
func TestTrapsAreFound(t *testing.T) {
	traps, err := os.ReadFile("../../testdata/traps.yaml")
	if err != nil {
		t.Fatal(err)
	}
	checker, err := New()
	if err != nil {
		t.Fatal(err)
	}
	good, platform := load(t, "shop.yaml"), load(t, "platform.yaml")
	for _, text := range strings.Split(string(traps), "\n---\n") {
		docs, err := manifest.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		trap := docs[0]
		t.Run(trap.Metadata.Name, func(t *testing.T) {
			findings, err := checker.Check(append(append([]manifest.Document{}, good...), trap), platform)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range strings.Split(strings.TrimSpace(trap.Metadata.Annotations["lab/expect"]), "\n") {
				if !found(findings, trap.Head.String(), want) {
					t.Errorf("missing %q in %+v", want, findings)
				}
			}
		})
	}
}

// Objects that no cluster takes are put beside the good manifests, each with
// an object that only an analyzer has something against: that finding must not
// be lost.
func TestBrokenObjectsHideNoOther(t *testing.T) {
	checker, err := New()
	if err != nil {
		t.Fatal(err)
	}
	dubious, err := manifest.Parse([]byte(`
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: selects-nothing, namespace: shop}
spec: {selector: {matchLabels: {app: nobody}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob("../../testdata/broken/*.yaml")
	if len(files) == 0 {
		t.Fatal("nothing is broken")
	}
	for _, file := range files {
		broken := load(t, "broken/"+filepath.Base(file))[0]
		all := append(append(load(t, "shop.yaml"), broken), dubious...)
		findings, err := checker.Check(all, load(t, "platform.yaml"))
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if want := broken.Metadata.Annotations["lab/expect"]; !found(findings, broken.Head.String(), want) {
			t.Errorf("%s: missing %q in %+v", file, want, findings)
		}
		if !found(findings, "AuthorizationPolicy shop/selects-nothing", "analyzer: IST0127") {
			t.Errorf("%s: the other finding is lost: %+v", file, findings)
		}
	}
}

// Everything that is wrong with one's own object is said, whatever the
// platform holds.
func TestThePlatformHidesNothing(t *testing.T) {
	checker, err := New()
	if err != nil {
		t.Fatal(err)
	}
	own := load(t, "shop.yaml")
	findings, err := checker.Check(own, append(load(t, "platform.yaml"), own[0]))
	if err != nil || !found(findings, own[0].Head.String(), "input: Duplicate") {
		t.Errorf("%v, %+v", err, findings)
	}

	namesakes, err := manifest.Parse([]byte(`
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: namesake, namespace: shop}
spec: {selector: {app: nobody}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop/a.example.com]}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: namesake, namespace: shop}
spec: {gatewayClassName: istio, listeners: [{name: http, port: 80, protocol: HTTP}]}
`))
	if err != nil {
		t.Fatal(err)
	}
	findings, err = checker.Check(append(own, namesakes[0]), append(load(t, "platform.yaml"), namesakes[1]))
	if err != nil || !found(findings, namesakes[0].Head.String(), "analyzer: IST0101") {
		t.Errorf("%v, %+v", err, findings)
	}
}

// found looks for "source: part of the message" about an object.
func found(findings []manifest.Finding, object, want string) bool {
	source, message, _ := strings.Cut(want, ": ")
	for _, f := range findings {
		if f.Source == source && f.Object == object && strings.Contains(f.Code+" "+f.Message, message) {
			return true
		}
	}
	return false
}
