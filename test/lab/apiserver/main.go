// Command apiserver applies manifests to a real kube-apiserver with a real
// etcd, both in this process and thrown away afterwards.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"cdk8s-grpc-mesh/manifest"
)

const usage = `usage:
  apiserver check [--then FILE]... [--ignore CODE[,CODE]] FILE...
  apiserver versions
`

func main() {
	if len(os.Args) == 2 && os.Args[1] == "versions" {
		os.Exit(versionsVerb())
	}
	if len(os.Args) < 2 || os.Args[1] != "check" {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(manifest.BadInput)
	}
	flags := flag.NewFlagSet("apiserver check", flag.ExitOnError)
	var then, ignore manifest.List
	flags.Var(&then, "then", "manifests to apply over the first, in turn")
	flags.Var(&ignore, "ignore", "codes of findings to leave out")

	files := manifest.ParseArgs(flags, os.Args[2:])
	if len(files) == 0 {
		manifest.Die(errors.New("no file to check"))
	}
	first, err := manifest.Load(files...)
	if err != nil {
		manifest.Die(err)
	}
	sets := [][]manifest.Document{first}
	for _, file := range then {
		set, err := manifest.Load(file)
		if err != nil {
			manifest.Die(err)
		}
		sets = append(sets, set)
	}
	findings, err := check(sets)
	if err != nil {
		manifest.Die(err)
	}
	os.Exit(manifest.Report(manifest.Ignore(findings, ignore)))
}

// check starts a server, applies one set of documents after the other, and
// stops the server.
func check(sets [][]manifest.Document) ([]manifest.Finding, error) {
	server, err := start()
	if err != nil {
		return nil, err
	}
	defer server.stop()
	client, err := server.client()
	if err != nil {
		return nil, err
	}
	if err := installCRDs(client); err != nil {
		return nil, err
	}
	var findings []manifest.Finding
	for i, set := range sets {
		found, err := apply(client, set, i)
		if err != nil {
			return nil, err
		}
		findings = append(findings, found...)
	}
	return findings, nil
}
