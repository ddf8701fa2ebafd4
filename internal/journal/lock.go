// This file keeps two writers from one journal. The lock belongs to the process, not to the file:
// when the process dies, however it does, the lock is gone, and none has to be broken by hand.

package journal

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// LockName is the name of the lock inside the folder of its run.
const LockName = "lock"

// Held says that somebody else writes the journal: who, as far as the lock tells.
type Held struct {
	PID   int       `json:"pid"` // 0 if the holder has not said yet who it is
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

func (h *Held) Error() string {
	if h.PID == 0 {
		return "another process has it open"
	}
	where := ""
	if h.Host != "" {
		where = " on " + h.Host
	}
	return fmt.Sprintf("process %d%s has it open since %s", h.PID, where, h.Since.UTC().Format("2006-01-02 15:04:05 MST"))
}

// take locks the folder of a run, unless it is where a lock may not hold.
func take(dir string, o Options) (io.Closer, error) {
	if by := o.FS.Remote(dir); by != "" && !o.NetworkFS {
		return nil, fmt.Errorf("its folder is on another machine (%s), where neither locks nor syncs can be relied on: "+
			"set RUNNER_STATE_DIR to a folder on a local disk, or RUNNER_STATE_ON_NETWORK=1 to take the risk", by)
	}
	return o.FS.Lock(filepath.Join(dir, LockName), Held{PID: o.PID, Host: o.Host, Since: o.Now().UTC()})
}

// lock takes a lock on the real file system. Who has it is not synced: after a power cut nobody
// has it.
func lock(path string, who Held) (io.Closer, error) {
	l := flock.New(path)
	ok, err := l.TryLock()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, holder(path)
	}
	if err := sign(path, who); err != nil {
		_ = l.Close()
		return nil, err
	}
	return l, nil
}

// unread is how much of the file nobody can read while it is locked: Windows locks the first byte.
func unread() int64 {
	if runtime.GOOS == "windows" {
		return 1
	}
	return 0
}

func sign(path string, who Held) error {
	text, err := json.Marshal(who)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	err = f.Truncate(unread())
	if err == nil {
		_, err = f.WriteAt(append(text, '\n'), unread())
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// holder reads who has the lock. Between lock and signature the file may say nothing, or half of
// it: then it is not known.
func holder(path string) *Held {
	f, err := os.Open(path)
	if err != nil {
		return &Held{}
	}
	defer f.Close()
	var text strings.Builder
	_, _ = io.Copy(&text, io.NewSectionReader(f, unread(), 4<<10))
	h := &Held{}
	if json.Unmarshal([]byte(text.String()), h) != nil {
		return &Held{}
	}
	return h
}
