package manifest

import "runtime/debug"

// A Part is a module whose behaviour a program shows, by its common name.
type Part struct{ Name, Module string }

// A Version is that of a part.
type Version struct {
	Part    string `json:"part"`
	Version string `json:"version"`
}

// Versions are those of the modules that this program was built from.
func Versions(parts ...Part) []Version {
	built := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			built[dep.Path] = dep.Version
		}
	}
	var versions []Version
	for _, part := range parts {
		if version := built[part.Module]; version != "" {
			versions = append(versions, Version{part.Name, version})
		}
	}
	return versions
}
