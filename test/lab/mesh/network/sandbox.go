// Package network gives every pod a network namespace of its own inside fresh
// namespaces that end with the run: nothing is left to clean up, and runs
// beside each other do not meet.
package network

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// Scratch is a folder in memory that only the run sees.
const Scratch = "/run"

const insideVariable = "LAB_INSIDE"

// Inside tells whether this process already is in its own namespaces. It is the
// first one there: elsewhere the variable, however it got there, counts nothing.
func Inside() bool { return os.Getenv(insideVariable) != "" && os.Getpid() == 1 }

// Reexec starts this program again in fresh network, mount and process
// namespaces and returns its exit status. The kernel ends the inner program
// and all its children when this one ends, however that happens.
func Reexec() (int, error) {
	runtime.LockOSThread() // Pdeathsig is about the thread that forked
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	inner := exec.Command(self, os.Args[1:]...)
	inner.Env = append(os.Environ(), insideVariable+"=1")
	inner.Stdin, inner.Stdout, inner.Stderr = os.Stdin, os.Stdout, os.Stderr
	inner.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID,
		Pdeathsig:  syscall.SIGKILL,
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if err := inner.Start(); err != nil {
		return 0, fmt.Errorf("network namespaces need root: %w", err)
	}
	go func() {
		for s := range signals {
			_ = inner.Process.Signal(s)
		}
	}()
	err = inner.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	return 0, err
}

// Prepare makes the inner world habitable: its own /proc and /run, and a
// bridge that the pods hang on. The first process of a process namespace gets
// no default signal handling, so it is done here.
func Prepare() error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		os.Exit(130)
	}()
	if err := unix.Mount("", "/", "", unix.MS_PRIVATE|unix.MS_REC, ""); err != nil {
		return err
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return err
	}
	if err := unix.Mount("tmpfs", Scratch, "tmpfs", 0, "mode=755"); err != nil {
		return err
	}
	return ip("", []string{
		"link set lo up",
		"link add br0 type bridge",
		"addr add " + Gateway + "/16 dev br0",
		"link set br0 up",
	})
}

// Share makes a program executable for every user, wherever it lies: proxies
// do not run as root, and a cache may be in a home folder.
func Share(program string) (string, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return "", err
	}
	shared := filepath.Join(Scratch, "program-"+filepath.Base(path))
	if _, err := os.Stat(shared); err == nil {
		return shared, nil
	}
	if err := os.WriteFile(shared, nil, 0o755); err != nil {
		return "", err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", err
	}
	return shared, unix.Mount(path, shared, "", unix.MS_BIND, "")
}
