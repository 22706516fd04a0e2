package network

import (
	"context"
	"net"
)

// Dial opens a connection from inside the pod.
func (p *Pod) Dial(ctx context.Context, address string) (conn net.Conn, err error) {
	err = p.Do(func() error {
		conn, err = new(net.Dialer).DialContext(ctx, "tcp", address)
		return err
	})
	return conn, err
}

// Listen opens a port of the pod.
func (p *Pod) Listen(port int32) (listener net.Listener, err error) {
	err = p.Do(func() error {
		listener, err = net.ListenTCP("tcp4", &net.TCPAddr{Port: int(port)})
		return err
	})
	return listener, err
}
