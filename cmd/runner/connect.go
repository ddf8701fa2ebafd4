package main

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"runner/internal/engine"
	"runner/internal/guard"
	"runner/internal/journal"
	"runner/internal/op"
	"runner/internal/plan"
	"runner/internal/quota"
	"runner/internal/report"
	"runner/internal/secret"
	"runner/internal/vendors"
)

type proxyFunc = func(*http.Request) (*url.URL, error)

// accounts are the connections that a run has opened. The dry run that is made
// before the first change shares them: they keep to one limit.
type accounts struct {
	mu        sync.Mutex
	open      map[[2]string]*engine.Connection // by module and name
	protected map[string]bool                  // by name
	real      map[string]bool                  // by name: it leads to no emulator
	limits    map[string][]guard.Limit         // by name
	leases    map[string]string                // by name: which kind
	order     []plan.Connection
	secrets   *forgetful // what secrets.store keeps where emulators stand in
}

func newAccounts() *accounts {
	return &accounts{open: map[[2]string]*engine.Connection{}, protected: map[string]bool{}, real: map[string]bool{}, limits: map[string][]guard.Limit{}, leases: map[string]string{}, secrets: &forgetful{}}
}

func (a *accounts) isProtected(name string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.protected[name]
}

func (a *accounts) leaseOf(name string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.leases[name]
}

// emulated reports whether a connection leads to an emulator. Not all vendors
// have one.
func (a *accounts) emulated(name string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.real[name]
}

// onlyEmulated reports whether all connections lead to emulators.
func (a *accounts) onlyEmulated() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.real) == 0
}

// connect opens a connection for a module, and takes its lease. b is nil
// before the script begins.
func (s *session) connect(b *engine.Branch, at, module, name string) (*engine.Connection, *op.Error) {
	conn, e := s.opened(module, name)
	if e != nil {
		return nil, e
	}
	if b != nil && !s.told[conn] {
		s.told[conn] = true
		s.run.Opened(journal.Opened{Module: module, Connection: conn.Name, Account: conn.Account})
	}
	return conn, s.claim(b, at, module, conn)
}

// opened opens a connection: a configured one, or one to its emulator.
func (s *session) opened(module, name string) (*engine.Connection, *op.Error) {
	if name == "" {
		if name = s.f.connections[module]; name == "" {
			name = module
		}
	}
	s.accounts.mu.Lock()
	defer s.accounts.mu.Unlock()
	conn, ok := s.accounts.open[[2]string{module, name}]
	if !ok {
		var e *op.Error
		if conn, e = s.dial(module, name); e != nil {
			return nil, e
		}
		s.accounts.open[[2]string{module, name}] = conn
		s.accounts.order = append(s.accounts.order, plan.Connection{Module: module, Name: name, Account: conn.Account})
	}
	for _, l := range s.accounts.limits[name] {
		s.limits.Add(l)
	}
	return conn, nil
}

func (s *session) dial(module, name string) (*engine.Connection, *op.Error) {
	var v vendors.Vendor
	for _, x := range vendors.All {
		if x.Module.Name == module {
			v = x
		}
	}
	var settings map[string]any
	var e *op.Error
	emulated := s.f.emulate && v.Emulate != nil
	world := s.a.world()
	victim := s.a.victim
	switch {
	case victim != nil:
		settings, world.Secrets, e = victim.settings(v, s.a.now)
	case emulated:
		settings, e = s.emulated(v)
	default:
		if s.f.emulate && v.Local {
			world.Secrets = s.accounts.secrets
		} else {
			s.accounts.real[name] = true
		}
		settings, e = s.a.settings(s.config, v.Module, name)
	}
	if e == nil && victim == nil {
		s.accounts.protected[name], s.accounts.limits[name], e = s.a.guards(s.config, name)
	}
	if e != nil {
		return nil, e
	}
	if s.accounts.leases[name], e = s.a.leaseKind(s.config, name); e != nil {
		return nil, e
	}
	client, e := connectWith(v.Module, name, world, settings)
	if e != nil {
		return nil, e
	}
	if emulated { // its address is another each time
		client.Account = "the emulator of " + v.Module.Title
	}
	conn := engine.NewConnection(name, client)
	if dir := s.a.stateDir("limits"); dir != "" && !emulated && client.Account != "" {
		conn.Quota = quota.Shared(dir, v.Module.Name, client.Account, client.Limit, time.Now)
	}
	return conn, nil
}

// world is what connections have of this process.
func (a *app) world() op.World {
	w := op.World{Agent: "runner/" + version, Proxy: a.proxy, Now: a.now, Secrets: places{a}}
	if a.victim != nil {
		w.Through = mark
	}
	if dir := a.stateDir("tokens"); dir != "" {
		w.Tokens = &secret.Store{Dir: dir, Known: a.redactor.Add}
	}
	return w
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

// still tells what a script waits for.
func (s *session) still(what string, since time.Duration) {
	s.err.line(fmt.Sprintf("still waiting after %v: %s", since.Round(time.Second), report.Line(what)))
}
