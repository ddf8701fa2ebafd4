// Package emulator is a local, stateful stand-in for Alteryx Server: API v3 and the few older endpoints an operator
// still needs, over in-memory state.
//
// It is built from the vendor's documents alone and shares nothing with the client in this module, so that a mistake
// in one shows in the other. The vendor documents shapes well and behaviour poorly; where it is silent the emulator
// does the least surprising thing, and the line that does so is marked (inf), for inferred. Everything else comes from
// the Server's own swagger document or a help page.
//
// Not emulated: XML bodies and answers, schedules that fire by themselves, SAML, and Active Directory beyond a few
// made-up groups.
package emulator
