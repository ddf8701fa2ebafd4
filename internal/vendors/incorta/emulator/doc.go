// Package emulator is a local, stateful stand-in for Incorta: public API v2, and the endpoints of v1 that are still
// served, over in-memory state.
//
// It is built from the vendor's documents alone and shares nothing with the client in this module, so that a mistake
// in one shows in the other. The vendor documents requests well and answers poorly; where it is silent the emulator
// does the least surprising thing, and the line that does so is marked (inf), for inferred. Of the numbers of errors
// only two are the vendor's, see reply.go.
//
// Not emulated: browser sessions, the management console, plans that start by themselves, and mail.
package emulator
