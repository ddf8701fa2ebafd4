package journal

import (
	"encoding/base32"
	"fmt"
	"io"
	"time"
)

var idLetters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewID returns the id of a run that starts now: its time in UTC, so that ids sort by age, and four
// random letters. Two runs in one second share an id once in a million times; Create then refuses
// the second. It panics if random fails.
func NewID(now time.Time, random io.Reader) string {
	var b [3]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		panic(fmt.Sprintf("journal: random source of a run id: %v", err))
	}
	return now.UTC().Format("20060102T150405") + "-" + idLetters.EncodeToString(b[:])[:4]
}
