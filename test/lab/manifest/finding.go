package manifest

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// Levels of a finding.
const (
	Error   = "error"
	Warning = "warning"
	Info    = "info"
)

// A Finding is what one checker says about one object.
type Finding struct {
	Source  string `json:"source"`
	Level   string `json:"level"`
	Object  string `json:"object"`
	Path    string `json:"path,omitempty"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// About makes a finding on a document.
func About(h Head, source, level, code, message string) Finding {
	return Finding{Source: source, Level: level, Object: h.String(), Path: h.Construct(), Code: code, Message: message}
}

// WriteLines writes every value as one line of JSON.
func WriteLines[T any](w io.Writer, values []T) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for _, v := range values {
		if err := out.Encode(v); err != nil {
			return err
		}
	}
	return nil
}

// Exit statuses of the lab's commands.
const (
	Clean    = 0
	Found    = 1
	BadInput = 2
)

// stderr is kept because kube-apiserver takes the variable for its log.
var stderr = os.Stderr

// Die prints one sentence and ends the program: the input could not be used.
func Die(err error) {
	fmt.Fprintln(stderr, err)
	os.Exit(BadInput)
}

// Ignore drops the findings with one of the codes, which may be joined by
// commas.
func Ignore(findings []Finding, codes []string) []Finding {
	drop := map[string]bool{}
	for _, c := range codes {
		for _, code := range strings.Split(c, ",") {
			drop[code] = true
		}
	}
	var kept []Finding
	for _, f := range findings {
		if !drop[f.Code] {
			kept = append(kept, f)
		}
	}
	return kept
}

// Report writes the findings to standard output and returns the exit status.
func Report(findings []Finding) int {
	if err := WriteLines(os.Stdout, findings); err != nil {
		Die(err)
	}
	if len(findings) > 0 {
		return Found
	}
	return Clean
}
