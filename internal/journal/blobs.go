package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"runner/internal/durable"
)

// BlobsName is the name of the folder of large bodies inside that of their run.
const BlobsName = "blobs"

// Blobs keeps bodies that are too large for a journal, each in a file named by its SHA-256. Its
// methods may be called from any goroutine, but by one process at a time: that which has the
// journal open.
type Blobs struct {
	Dir string // made with the first body

	mu sync.Mutex
}

// Put keeps a body, which must hold no secret. When it returns, the body is on disk, and can be had
// again under the name, which a record may tell. One that is there already is not written again.
func (s *Blobs) Put(body []byte) (name string, err error) {
	name = digest(body)
	path := filepath.Join(s.Dir, name)
	s.mu.Lock()
	defer s.mu.Unlock()
	if there, err := os.ReadFile(path); err == nil && bytes.Equal(there, body) {
		// Whoever wrote it may have died before its name was on disk.
		if err := durable.SyncDir(s.Dir); err != nil {
			return "", s.failure("keep", name, err)
		}
		return name, nil
	}
	if err := durable.MakeDir(s.Dir); err != nil {
		return "", s.failure("keep", name, err)
	}
	if err := durable.Write(path, body); err != nil {
		return "", s.failure("keep", name, err)
	}
	return name, nil
}

// Get returns the body of a name. The error wraps fs.ErrNotExist if there is none.
func (s *Blobs) Get(name string) ([]byte, error) {
	if sum, err := hex.DecodeString(name); err != nil || len(sum) != sha256.Size {
		return nil, s.failure("read", name, errors.New("this is no name of a body"))
	}
	body, err := os.ReadFile(filepath.Join(s.Dir, name))
	if err != nil {
		return nil, s.failure("read", name, err)
	}
	if digest(body) != name {
		return nil, s.failure("read", name, errors.New("it is damaged: its digest is another"))
	}
	return body, nil
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

func (s *Blobs) failure(attempt, name string, err error) error {
	return fmt.Errorf("%s body: %q in %s: %w", attempt, name, s.Dir, bare(err))
}
