//go:build !linux

package survival

import (
	"net"
	"time"
)

// canRefuse: there is no way to refuse connections and to keep the port.
const canRefuse = false

func refuse(*net.TCPListener, time.Duration) {}

func reopened(*net.TCPListener) bool { return false }
