// Package emulator is a local, stateful stand-in for AtScale: both editions, over in-memory state. The installer
// edition's services have a port each; here one handler answers for all of them and tells them apart by path.
//
// It is built from the vendor's documents alone and shares nothing with the client in this module, so that a mistake
// in one shows in the other. Where the documents are silent the emulator does the least surprising thing, and the line
// that does so is marked (inf), for inferred. What is made twice is there twice, unless a rule refuses it: the vendor
// promises no more.
//
// Not emulated: schedules that fire by themselves, Keycloak's administration, SQL ports, and the web application's own
// endpoints but those that operators cannot do without.
package emulator
