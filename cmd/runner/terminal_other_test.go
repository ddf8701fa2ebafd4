//go:build !linux

package main

import (
	"os"
	"testing"
)

func openTerminal(t *testing.T, _ int) (master, tty *os.File) {
	t.Skip("a pseudo terminal is opened in another way here")
	return nil, nil
}
