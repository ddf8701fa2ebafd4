// Package torture is how a run is crashed at every moment of every call, and
// judged afterwards: the moments, the emulators that do not behave, and what
// is compared.
//
// It knows no vendor and starts no process: that is its caller's.
package torture
