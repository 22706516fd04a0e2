#!/bin/sh
# Builds the lab's programs: build.sh OUTPUT_FOLDER [lab|apiserver]...
# One after the other: a first build needs minutes and gigabytes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1
shift
kubernetes=$(cd "$here/apiserver" && go list -m -f '{{.Version}}' k8s.io/kubernetes)
version=k8s.io/component-base/version
minor=${kubernetes#v1.}
[ $# -gt 0 ] || set -- lab apiserver
for name; do
	case $name in
	lab) (cd "$here/mesh" && nice go build -ldflags "-s -w" -o "$out/lab" .) ;;
	# Unnamed, the server would call itself v0.0.0-master.
	apiserver) (cd "$here/apiserver" && nice go build -ldflags \
		"-s -w -X $version.gitVersion=$kubernetes -X $version.gitMajor=1 -X $version.gitMinor=${minor%.*}" -o "$out/apiserver" .) ;;
	*) echo "there is no program $name" >&2 && exit 2 ;;
	esac
done
