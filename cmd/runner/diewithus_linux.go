package main

import (
	"os/exec"
	"syscall"
)

// diesWithUs has the system kill a process if this one is killed before it can.
func diesWithUs(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
