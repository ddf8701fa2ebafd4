// Command runner executes administrators' Lua scripts against the admin APIs
// of data platforms: it tells what it will do, does only that, and shows what
// it did.
package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// version is set when a release is built.
var version = "dev"

func main() {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	a := &app{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		env: os.LookupEnv, environ: os.Environ, now: time.Now, signals: signals,
		proxy: http.ProxyFromEnvironment,
	}
	os.Exit(a.main(context.Background(), os.Args[1:]))
}

// An app is the command line with everything that it has of the world.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            func(string) (string, bool)
	environ        func() []string
	now            func() time.Time
	signals        <-chan os.Signal
	proxy          proxyFunc
}
