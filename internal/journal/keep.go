package journal

import (
	"os"
	"path/filepath"
)

// KeepScript keeps the script of a run in its folder, as it was run.
func KeepScript(dir, name, source string) error {
	folder := filepath.Join(dir, "script")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return failure("keep script", folder, err)
	}
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
		return failure("keep script", path, err)
	}
	return nil
}
