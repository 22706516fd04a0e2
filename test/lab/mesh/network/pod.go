package network

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// Gateway is the address of the bridge, where the lab itself listens.
const Gateway = "10.244.0.1"

// A Pod is a network namespace with one address.
type Pod struct {
	name string
	IP   string
}

var made atomic.Int32

// NewPod makes a pod's namespace. No two pods of a process have the same
// address, even in clusters after each other.
func NewPod() (*Pod, error) {
	number := made.Add(1)
	pod := &Pod{
		name: fmt.Sprintf("pod%d", number),
		IP:   fmt.Sprintf("10.244.%d.%d", 1+number/200, 1+number%200),
	}
	veth := fmt.Sprintf("veth%d", number)
	err := ip("", []string{
		"netns add " + pod.name,
		"link add " + veth + " type veth peer name eth0 netns " + pod.name,
		"link set " + veth + " master br0 up",
	})
	if err != nil {
		return nil, err
	}
	err = ip(pod.name, []string{
		"link set lo up",
		"addr add " + pod.IP + "/16 dev eth0",
		"link set eth0 up",
		"route add default via " + Gateway,
	})
	if err != nil {
		return nil, err
	}
	// A gateway binds 80 and 443 without being root.
	return pod, pod.Do(func() error {
		return os.WriteFile("/proc/sys/net/ipv4/ip_unprivileged_port_start", []byte("0"), 0)
	})
}

// Remove takes the pod off the network. Its namespace is gone once its last
// process and socket are.
func (p *Pod) Remove() { _ = ip("", []string{"netns del " + p.name}) }

// Do runs a function inside the pod's network namespace. Sockets and processes
// made by it stay there.
func (p *Pod) Do(f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		done <- p.enter(f)
	}()
	return <-done
}

func (p *Pod) enter(f func() error) error {
	namespace, err := os.Open("/run/netns/" + p.name)
	if err != nil {
		return &Fault{p.name, err}
	}
	defer namespace.Close()
	if err := unix.Setns(int(namespace.Fd()), unix.CLONE_NEWNET); err != nil {
		return &Fault{p.name, err}
	}
	return f()
}

// A Fault is the lab's own: a pod's namespace cannot be entered.
type Fault struct {
	pod string
	err error
}

func (f *Fault) Error() string { return fmt.Sprintf("the lab cannot enter %s: %v", f.pod, f.err) }

// Unwrap gives the reason.
func (f *Fault) Unwrap() error { return f.err }

// The rules that Istio's own init container writes for a sidecar.
//
//go:embed redirect.iptables
var redirectRules string

// Redirect sends the pod's traffic through its sidecar.
func (p *Pod) Redirect() error {
	return p.Do(func() error {
		return run(redirectRules, "iptables-restore")
	})
}

// AddRules appends rules of address translation.
func (p *Pod) AddRules(rules string) error {
	return p.Do(func() error {
		return run("*nat\n"+rules+"COMMIT\n", "iptables-restore", "--noflush")
	})
}

// Refuse makes connections to addresses that no pod has fail at once. They are
// taken for the lab's own, where nobody listens.
func Refuse(prefix string) error {
	return ip("", []string{"route replace local " + prefix + " dev lo"})
}

// ip carries out commands of iproute2, inside a namespace if it is named.
func ip(namespace string, commands []string) error {
	args := []string{"-batch", "-"}
	if namespace != "" {
		args = append([]string{"-n", namespace}, args...)
	}
	return run(strings.Join(commands, "\n")+"\n", "ip", args...)
}

func run(input, name string, args ...string) error {
	command := exec.Command(name, args...)
	command.Stdin = strings.NewReader(input)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", command, err, output)
	}
	return nil
}
