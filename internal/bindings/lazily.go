package bindings

import (
	"regexp"
	"sync"
)

// lazily is a regular expression that is compiled when it is first asked for.
// Few scripts ever need one, and every start of the program would wait for
// all of them.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
