package scenario

// A Result is one expectation, kept or not. It is one line of the output.
type Result struct {
	Scenario string `json:"scenario,omitempty"` // file, if there are several
	Variant  string `json:"variant,omitempty"`
	Step     string `json:"step"`
	Expect   string `json:"expect"`
	Pass     bool   `json:"pass"`
	Want     any    `json:"want"`
	Got      any    `json:"got"`
	Detail   any    `json:"detail,omitempty"` // of a failure: the first call that failed
}
