package main

import (
	"context"
	"strings"
)

// preview makes a dry run of the same script, with the same params, over the
// same connections. What the script prints is not shown. failed is how it
// ended, nil if it came to its end.
func (s *session) preview(ctx context.Context) *session {
	f := *s.f
	f.dryRun, f.json, f.debug = true, false, false
	dry := &session{
		a: s.a, f: &f, script: s.script, dir: s.dir, path: s.path, params: s.params, oneCall: s.oneCall,
		config: s.config, accounts: s.accounts, within: s,
	}
	dry.open()
	defer dry.close()
	dry.begin(ctx)
	dry.conclude(dry.interpret(), nil)
	dry.keep()
	return dry
}

// changes lists what a dry run would do.
func (s *session) changes() string {
	var b strings.Builder
	s.report.Foreseen(&b, s.within.err.style, s.a.names(s.report))
	return strings.TrimRight(b.String(), "\n") + "\n\n"
}
