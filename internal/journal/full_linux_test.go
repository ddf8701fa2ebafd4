package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A disk runs full under a writer. The test starts itself where it may mount one of 256 KiB.
func TestFullDisk(t *testing.T) {
	if dir := os.Getenv("JOURNAL_SMALL_DISK"); dir != "" {
		if err := syscall.Mount("none", dir, "tmpfs", 0, "size=256k,mode=0700"); err != nil {
			t.Skip("no small disk can be mounted:", err)
		}
		fillUp(t, dir)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^TestFullDisk$", "-test.v")
	child.Env = append(os.Environ(), "JOURNAL_SMALL_DISK="+t.TempDir())
	child.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := child.CombinedOutput()
	switch {
	case len(out) == 0 && err != nil:
		t.Skip("no process with mounts of its own can be started:", err)
	case strings.Contains(string(out), "--- SKIP"):
		t.Skip(string(out))
	case err != nil || !strings.Contains(string(out), "--- PASS"):
		t.Errorf("%v\n%s", err, out)
	}
}

// fillUp goes on with one journal on a disk that is full again and again.
func fillUp(t *testing.T, dir string) {
	run, other := filepath.Join(dir, "run"), filepath.Join(dir, "other")
	must(t, os.WriteFile(other, make([]byte, 160<<10), 0o600))
	w, err := Create(run, Options{Now: time.Now})
	must(t, err)
	body := json.RawMessage(`"` + strings.Repeat("x", 700) + `"`)
	for _, room := range []int64{120 << 10, 80 << 10, 0} {
		var promised int64
		for err == nil {
			var n int64
			if n, err = w.Append(Record{Kind: Done, B: body}); err == nil {
				if err = w.Sync(n); err == nil {
					promised = n
				}
			}
		}
		if !errors.Is(err, syscall.ENOSPC) || promised < 20 {
			t.Fatalf("after %d records: %v, want %v", promised, err, syscall.ENOSPC)
		}
		if again := w.Close(); again != err {
			t.Errorf("Close: %v, want %v", again, err)
		}
		must(t, os.Truncate(other, room))
		var last int64
		w, err = Reopen(run, Options{Now: time.Now}, func(r Record) error {
			last = r.N
			if string(r.B) != string(body) {
				return fmt.Errorf("record %d is %.80s", r.N, r.B)
			}
			return nil
		})
		must(t, err)
		if last < promised {
			t.Errorf("reopened with %d records, want %d", last, promised)
		}
		t.Logf("%d records were promised, %d are there", promised, last)
	}
	must(t, w.Sync(mustAppend(t, w, Record{Kind: End})))
	must(t, w.Close())
	for _, err := range ReadRun(run) {
		must(t, err)
	}
}
