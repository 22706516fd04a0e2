package scenario

// A Result is one expectation, kept or not. It is one line of the output.
type Result struct {
	Variant string `json:"variant,omitempty"`
	Step    string `json:"step"`
	Expect  string `json:"expect"`
	Pass    bool   `json:"pass"`
	Want    any    `json:"want"`
	Got     any    `json:"got"`
	Detail  any    `json:"detail,omitempty"` // of a failure
}
