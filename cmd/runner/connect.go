package main

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"runner/internal/engine"
	"runner/internal/op"
	"runner/internal/report"
	"runner/internal/vendors"
)

type proxyFunc = func(*http.Request) (*url.URL, error)

// connect opens a connection for a module: a configured one, or one to its
// emulator.
func (s *session) connect(module, name string) (*engine.Connection, *op.Error) {
	var v vendors.Vendor
	for _, x := range vendors.All {
		if x.Module.Name == module {
			v = x
		}
	}
	if name == "" {
		if name = s.f.connections[module]; name == "" {
			name = module
		}
	}
	var settings map[string]any
	var e *op.Error
	if s.f.emulate && v.Emulate != nil {
		settings, e = s.emulated(v)
	} else {
		settings, e = s.a.settings(s.config, v.Module, name)
	}
	if e != nil {
		return nil, e
	}
	client, e := connectWith(v.Module, name, op.World{Agent: "runner/" + version, Proxy: s.a.proxy}, settings)
	if e != nil {
		return nil, e
	}
	return engine.NewConnection(name, client), nil
}

// emulated starts the vendor's emulator on loopback.
func (s *session) emulated(v vendors.Vendor) (map[string]any, *op.Error) {
	settings, stop, err := serve(v, "127.0.0.1:0", s.a.now)
	if err != nil {
		return nil, configError("emulator of "+v.Module.Title, err.Error(), "")
	}
	s.stops = append(s.stops, stop)
	settings["rate"] = 1e6 // nobody's server has to be spared
	return settings, nil
}

// serve starts an emulator and returns the settings of a connection to it.
func serve(v vendors.Vendor, addr string, now func() time.Time) (settings map[string]any, stop func(), err error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, nil, err
	}
	handler, settings := v.Emulate(now)
	settings["url"] = "http://" + listener.Addr().String()
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with Close
	return settings, func() { _ = server.Close() }, nil
}

// waiting tells of a wait before a call is sent again.
func (s *session) waiting(why string, wait time.Duration) {
	s.err.line(fmt.Sprintf("waiting %v: %s", wait.Round(100*time.Millisecond), report.Line(why)))
}
