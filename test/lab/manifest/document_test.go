package manifest

import (
	"flag"
	"io"
	"reflect"
	"testing"
)

func TestParse(t *testing.T) {
	docs, err := Parse([]byte(`# a comment
apiVersion: v1
kind: Namespace
metadata: {name: shop}
--- # another
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  annotations: {cdk8s-grpc-mesh/construct: app/web}
---
`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, doc := range docs {
		got = append(got, doc.Group()+" "+doc.Head.String()+" "+doc.Construct())
	}
	want := []string{" Namespace shop ", "apps Deployment shop/web app/web"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParseList(t *testing.T) {
	docs, err := Parse([]byte(`
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Namespace
    metadata: {name: shop}
  - apiVersion: v1
    kind: List
    items: [{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}}]
---
apiVersion: v1
kind: List
`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, doc := range docs {
		again, err := Parse(doc.YAML)
		if err != nil || len(again) != 1 || again[0].Head.String() != doc.Head.String() {
			t.Errorf("%s: its text is %q", doc.Head, doc.YAML)
		}
		got = append(got, doc.Head.String())
	}
	if want := []string{"Namespace shop", "Deployment shop/web"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParseRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"duplicate keys": "apiVersion: v1\nkind: A\nkind: B\nmetadata: {name: x}",
		"no name":        "apiVersion: v1\nkind: A",
		"no object":      "- 1",
		"no YAML":        "a: [",
		"a bare item":    "apiVersion: v1\nkind: List\nitems: [{kind: A}]",
		"no items":       "apiVersion: v1\nkind: List\nitems: 1",
		"a busy line":    "--- {apiVersion: v1, kind: A, metadata: {name: x}}",
		"a busier line":  "--- # {\n--- !!map # tagged\napiVersion: v1",
	} {
		if _, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestIgnore(t *testing.T) {
	findings := []Finding{{Code: "A"}, {Code: "B"}, {Code: "C"}}
	if got := Ignore(findings, []string{"A,C"}); len(got) != 1 || got[0].Code != "B" {
		t.Errorf("got %v", got)
	}
}

func TestParseArgs(t *testing.T) {
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	var then List
	flags.Var(&then, "then", "")
	files := ParseArgs(flags, []string{"a", "--then", "b", "-", "--then=c"})
	if !reflect.DeepEqual(files, []string{"a", "-"}) || !reflect.DeepEqual(then, List{"b", "c"}) {
		t.Errorf("got %q and %q", files, then)
	}
}
