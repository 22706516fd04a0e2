package manifest

import (
	"flag"
	"strings"
)

// ParseArgs reads flags before, between and after the files, and returns the
// files.
func ParseArgs(flags *flag.FlagSet, args []string) []string {
	var files []string
	for {
		_ = flags.Parse(args) // the set exits on errors
		args = flags.Args()
		if len(args) == 0 {
			return files
		}
		files, args = append(files, args[0]), args[1:]
	}
}

// A List is a flag that may be given more than once.
type List []string

func (l *List) String() string { return strings.Join(*l, ",") }

// Set adds a value.
func (l *List) Set(value string) error {
	*l = append(*l, value)
	return nil
}
