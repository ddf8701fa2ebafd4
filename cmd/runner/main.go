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
	"sync"
	"syscall"
	"time"

	"runner/internal/secret"
)

// version is set when a release is built.
var version = "dev"

func main() { os.Exit(run()) }

// run is main as a function, which tests start as a process of their own.
func run() int {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	// Whoever reads the output may leave before its end: "runner … | head".
	// The run goes on and its journal comes to its end, so the signal is taken
	// from the system and not looked at; writing then fails, and that is all.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	self, _ := os.Executable() // without it nothing can be tortured, and all else can
	a := &app{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		env: os.LookupEnv, environ: os.Environ, now: time.Now, signals: signals,
		proxy: http.ProxyFromEnvironment, executable: self,
	}
	return a.main(context.Background(), os.Args[1:])
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
	executable     string  // this program
	victim         *victim // of a process under torture; else nil

	asker  asker
	asking sync.Mutex // held while a question stands on the terminal

	json     bool            // --json stands on the command line
	redactor secret.Redactor // knows every secret that was met
}
