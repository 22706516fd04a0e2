package main

import (
	"net/http"
	"reflect"
	"testing"

	"cdk8s-grpc-mesh/manifest"
)

func TestWarnings(t *testing.T) {
	header := http.Header{"Warning": {`299 - "would violate \"restricted\""`, `299 agent "second"`}}
	want := []string{`would violate "restricted"`, "second"}
	if got := warnings(header); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
}

// A process can run one server, so one test has it all.
func TestCheck(t *testing.T) {
	good, err := manifest.Load("../testdata/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	bad, err := manifest.Load("../testdata/refused.yaml")
	if err != nil {
		t.Fatal(err)
	}
	findings, err := check([][]manifest.Document{good, good, bad})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range findings {
		if f.Source != "apiserver-then-2" {
			t.Errorf("%+v", f)
		}
		got[f.Object] += f.Code
	}
	want := map[string]string{
		"Deployment refused/misspelt":      "Refused",
		"Deployment refused/insecure":      "Warning",
		"Deployment shop/web":              "Invalid", // a selector never changes
		"VirtualService shop/timeout-zero": "Invalid",
		"Certificate shop/web":             "NoSchema",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v in %+v", got, findings)
	}
}
