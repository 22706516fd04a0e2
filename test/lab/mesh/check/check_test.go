package check

import (
	"os"
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
