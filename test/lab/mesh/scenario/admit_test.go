package scenario

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	_ "cdk8s-grpc-mesh/lab/env"

	"cdk8s-grpc-mesh/manifest"
)

// What a checker has an error for does not get as far as a cluster.
func TestAdmit(t *testing.T) {
	load := func(files ...string) []manifest.Document {
		docs, err := manifest.Load(files...)
		if err != nil {
			t.Fatal(err)
		}
		return docs
	}
	const testdata = "../../testdata/"
	good, platform := load(testdata+"shop.yaml"), load(testdata+"platform.yaml")
	if err := admit(good, platform); err != nil {
		t.Error(err)
	}
	files, _ := filepath.Glob(testdata + "broken/*.yaml")
	for _, file := range files {
		broken := load(file)
		object := broken[0].Head.String()
		err := admit(append(broken, good...), platform)
		if strings.HasPrefix(filepath.Base(file), "second-") { // the later one is
			err = admit(append(good, broken...), nil)
			if err == nil {
				err = admit(platform, broken)
			}
		}
		if err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("%s: %s: ", file, object)) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestLoad(t *testing.T) {
	s := &Scenario{Manifests: []string{"../../testdata/shop.yaml"}}
	all, err := s.load(Variant{})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		variant Variant
		less    int // documents than all
		fault   string
	}{
		"without a kind":       {Variant{Without: []string{"Sidecar"}}, 2, ""},
		"without a misspelt":   {Variant{Without: []string{"sidecar"}}, 0, "no manifest has the kind sidecar"},
		"replaced":             {Variant{Add: []string{"../../testdata/permissive.yaml"}}, 0, ""},
		"without and one more": {Variant{Without: []string{"Gateway"}, Add: []string{"../../testdata/platform.yaml"}}, 1 - 6, ""},
		"no file":              {Variant{Add: []string{"nowhere.yaml"}}, 0, "nowhere.yaml"},
	} {
		docs, err := s.load(test.variant)
		if test.fault != "" {
			if err == nil || !strings.Contains(err.Error(), test.fault) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || len(all)-len(docs) != test.less {
			t.Errorf("%s: %d documents of %d, %v", name, len(docs), len(all), err)
		}
	}
}
