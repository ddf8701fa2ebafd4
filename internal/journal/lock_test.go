package journal

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/gofrs/flock"
)

func nothing(Record) error { return nil }

// heldBy opens a journal in every way, and expects that somebody else has it.
func heldBy(t *testing.T, dir string, want Held) {
	t.Helper()
	o := Options{Now: time.Now, PID: 1, Host: "beta"}
	_, create := Create(dir, o)
	_, reopen := Reopen(dir, o, nothing)
	for name, err := range map[string]error{"Create": create, "Reopen": reopen} {
		if got, ok := errors.AsType[*Held](err); !ok || *got != want {
			t.Errorf("%s: %v, want it held by %v", name, err, want)
		}
	}
}

func TestOneWriter(t *testing.T) {
	dir := t.TempDir()
	o := Options{Now: atNoon, PID: 4711, Host: "a host with a long name.example.com"}
	w, err := Create(dir, o)
	must(t, err)
	must(t, w.Sync(mustAppend(t, w, Record{Kind: Open})))
	heldBy(t, dir, Held{PID: 4711, Host: o.Host, Since: noon})
	must(t, w.Close())
	o.PID, o.Host = 8, "alpha"
	w, err = Reopen(dir, o, nothing)
	must(t, err)
	heldBy(t, dir, Held{PID: 8, Host: "alpha", Since: noon})
	must(t, w.Close())
	must(t, w.Close()) // it is another's now, perhaps
	text, err := os.ReadFile(filepath.Join(dir, LockName))
	if want := `{"pid":8,"host":"alpha","since":"2026-11-21T12:00:00Z"}` + "\n"; err != nil || string(text[unread():]) != want {
		t.Errorf("the lock says %q, %v, want %q", text, err, want)
	}
}

// A writer that failed may have calls under way. Nobody may go on before they are over.
func TestFailedWriterKeepsItsLock(t *testing.T) {
	data, _ := journal(t, 2)
	d := holding(data)
	w, _, err := reopen(d, Options{PID: 7})
	must(t, err)
	d.fail("write", errDisk)
	if err := w.Sync(mustAppend(t, w, Record{Kind: Begin})); !errors.Is(err, errDisk) {
		t.Fatalf("Sync: %v, want %v", err, errDisk)
	}
	<-w.done
	if _, _, err := reopen(d, Options{}); !errors.As(err, new(*Held)) {
		t.Errorf("Reopen beside a failed writer: %v, want it held", err)
	}
	if err := w.Close(); !errors.Is(err, errDisk) {
		t.Errorf("Close: %v, want %v", err, errDisk)
	}
	w, _, err = reopen(d, Options{})
	must(t, err)
	must(t, w.Close())
}

func TestHolderWhoHasNotSigned(t *testing.T) {
	for name, text := range map[string]string{"yet": "", "in full": `{"pid":12,"ho`} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), LockName)
			must(t, os.WriteFile(path, []byte(text), 0o600))
			l := flock.New(path)
			ok, err := l.TryLock()
			if !ok || err != nil {
				t.Fatal(ok, err)
			}
			defer l.Close()
			_, err = lock(path, Held{PID: 1})
			if got, ok := errors.AsType[*Held](err); !ok || *got != (Held{}) || err.Error() != "another process has it open" {
				t.Errorf("lock: %v, want a holder who is not known", err)
			}
		})
	}
}

func TestHeldMessage(t *testing.T) {
	for want, h := range map[string]*Held{
		"another process has it open":                                  {},
		"process 7 has it open since 2026-11-21 12:00:00 UTC":          {PID: 7, Since: noon},
		"process 7 on alpha has it open since 2026-11-21 12:00:00 UTC": {PID: 7, Host: "alpha", Since: noon.In(time.FixedZone("X", 3600))},
	} {
		if got := h.Error(); got != want {
			t.Errorf("message is %q, want %q", got, want)
		}
	}
}

func TestLockWhereNoneCanBe(t *testing.T) {
	if l, err := lock(filepath.Join(t.TempDir(), "none", LockName), Held{}); l != nil || err == nil {
		t.Errorf("lock in no folder: %v, %v", l, err)
	}
}

// The test starts itself as another process, which dies without a word.
func TestLockDiesWithItsProcess(t *testing.T) {
	if dir := os.Getenv("JOURNAL_TO_HOLD"); dir != "" {
		w, err := Create(dir, Options{Now: atNoon, PID: os.Getpid(), Host: "alpha"})
		must(t, err)
		must(t, w.Sync(mustAppend(t, w, Record{Kind: Open})))
		os.Stdout.WriteString("held\n")
		_, _ = io.Copy(io.Discard, os.Stdin) // until it is killed
		return
	}
	dir := filepath.Join(t.TempDir(), "run")
	child := exec.Command(os.Args[0], "-test.run=^TestLockDiesWithItsProcess$")
	child.Env = append(os.Environ(), "JOURNAL_TO_HOLD="+dir)
	in, err := child.StdinPipe()
	must(t, err)
	defer in.Close()
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	if said, err := bufio.NewReader(out).ReadString('\n'); said != "held\n" {
		t.Errorf("the other process said %q, %v", said, err)
	}
	heldBy(t, dir, Held{PID: child.Process.Pid, Host: "alpha", Since: noon})
	must(t, child.Process.Kill())
	_ = child.Wait() // it was killed
	w, err := Reopen(dir, Options{Now: time.Now}, nothing)
	must(t, err)
	must(t, w.Close())
}

func TestFolderOnAnotherMachine(t *testing.T) {
	for name, tt := range map[string]struct {
		remote string
		allow  bool
		want   string
	}{
		"here":               {"", false, ""},
		"there":              {"NFS", false, "create journal: runs/1/journal.jsonl: its folder is on another machine (NFS), where neither locks nor syncs can be relied on: set RUNNER_STATE_DIR to a folder on a local disk, or RUNNER_STATE_ON_NETWORK=1 to take the risk"},
		"there, and allowed": {"NFS", true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDisk()
			d.remote = tt.remote
			w, err := Create("runs/1", Options{Now: atNoon, FS: d, NetworkFS: tt.allow})
			if err == nil {
				must(t, w.Close())
			}
			got := ""
			if err != nil {
				got = filepath.ToSlash(err.Error())
			}
			if got != tt.want {
				t.Errorf("Create: %q, want %q", got, tt.want)
			}
		})
	}
}
