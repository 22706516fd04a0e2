package scenario

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	yamlv3 "go.yaml.in/yaml/v3"
)

// strictly refuses words that the type does not have.
func strictly(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// noTwins refuses a mapping that has a key twice. Merge keys (<<) are welcome,
// which a strict conversion to JSON refuses.
func noTwins(text []byte) error {
	var read any
	err := yamlv3.Unmarshal(text, &read)
	var many *yamlv3.TypeError
	if errors.As(err, &many) {
		return errors.New(strings.Join(many.Errors, "; "))
	}
	return err
}

// UnmarshalJSON says in which call a fault is.
func (s *Step) UnmarshalJSON(data []byte) error {
	type call Step
	return named(data, "call", strictly(data, (*call)(s)))
}

// UnmarshalJSON says in which variant a fault is.
func (v *Variant) UnmarshalJSON(data []byte) error {
	type variant Variant
	return named(data, "variant", strictly(data, (*variant)(v)))
}

// UnmarshalJSON says in which route check a fault is.
func (r *RouteCheck) UnmarshalJSON(data []byte) error {
	type route RouteCheck
	return named(data, "route", strictly(data, (*route)(r)))
}

// UnmarshalJSON says in which cluster check a fault is.
func (c *ClusterCheck) UnmarshalJSON(data []byte) error {
	type cluster ClusterCheck
	return named(data, "cluster", strictly(data, (*cluster)(c)))
}

func named(data []byte, part string, err error) error {
	if err == nil {
		return nil
	}
	var who struct{ Name, Of, To, Method string }
	_ = json.Unmarshal(data, &who) // as far as it goes
	if who.Name == "" && who.Of != "" {
		who.Name = who.Of + " to " + who.To + who.Method
	}
	return fmt.Errorf("%s %q: %w", part, who.Name, err)
}

// UnmarshalJSON refuses words without a value: they assert nothing.
func (e *Expect) UnmarshalJSON(data []byte) error {
	var values map[string]json.RawMessage
	if err := json.Unmarshal(data, &values); err != nil {
		return err
	}
	for _, word := range slices.Sorted(maps.Keys(values)) {
		switch string(values[word]) {
		case "null", `""`, "[]", "{}":
			return fmt.Errorf("expect.%s: nothing is expected", word)
		}
	}
	type expect Expect
	return strictly(data, (*expect)(e))
}
