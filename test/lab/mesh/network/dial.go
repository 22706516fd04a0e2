package network

import (
	"context"
	"fmt"
	"net"
	"net/netip"
)

// Dial opens a connection from inside the pod.
func (p *Pod) Dial(ctx context.Context, address string) (conn net.Conn, err error) {
	return p.DialFrom(ctx, "", address)
}

// DialFrom opens a connection from one of the pod's addresses, see AddAddress.
func (p *Pod) DialFrom(ctx context.Context, source, address string) (conn net.Conn, err error) {
	dialer := &net.Dialer{}
	if source != "" {
		dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(source)}
	}
	err = p.Do(func() error {
		conn, err = dialer.DialContext(ctx, "tcp", address)
		return err
	})
	return conn, err
}

// spare are the addresses that no pod is made with.
var spare = netip.MustParsePrefix("10.244.128.0/17")

// AddAddress gives the pod one more address, a spare one.
func (p *Pod) AddAddress(text string) error {
	address, err := netip.ParseAddr(text)
	if err != nil {
		return err
	}
	if !spare.Contains(address) {
		return fmt.Errorf("%s is not in %s", text, spare)
	}
	return ip(p.name, []string{"addr replace " + text + "/16 dev eth0"})
}

// Listen opens a port of the pod.
func (p *Pod) Listen(port int32) (listener net.Listener, err error) {
	err = p.Do(func() error {
		listener, err = net.ListenTCP("tcp4", &net.TCPAddr{Port: int(port)})
		return err
	})
	return listener, err
}
