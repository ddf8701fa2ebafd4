// Package bench sets the runner beside hand-written programs that do the same
// work, in the same run: only the ratio of two such figures means something on
// another machine. docs/performance.md has the figures.
package bench
