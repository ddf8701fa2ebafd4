package survival

import (
	"net"
	"syscall"
	"time"
)

// canRefuse: a listener that is shut down keeps its port, and connections to it
// are refused until it listens again.
const canRefuse = true

// refuse has a listener refuse connections for a while.
func refuse(l *net.TCPListener, d time.Duration) {
	control(l, func(fd int) error { return syscall.Shutdown(fd, syscall.SHUT_RD) })
	time.Sleep(d)
	control(l, func(fd int) error { return syscall.Listen(fd, 128) })
}

// reopened reports whether a listener whose accept failed is still open; after
// a moment, since it may refuse just now.
func reopened(l *net.TCPListener) bool {
	time.Sleep(time.Millisecond)
	return control(l, func(int) error { return nil }) == nil
}

func control(l *net.TCPListener, f func(fd int) error) (err error) {
	raw, err := l.SyscallConn()
	if err != nil {
		return err
	}
	if e := raw.Control(func(fd uintptr) { err = f(int(fd)) }); e != nil {
		return e
	}
	return err
}
