// Package emulator is a local, stateful stand-in for an Alteryx One account: the v4 API, the workflow service and what
// lies on the api host, over in-memory state.
//
// It is built from the vendor's documents alone and shares nothing with the client in this module, so that a mistake
// in one shows in the other. The vendor documents requests well, and answers and refusals poorly; where it is silent
// the emulator does the least surprising thing, and the line that does so is marked (inf), for inferred.
//
// Two workspaces belong to the account, and a token acts in one of them. Nothing happens by itself: what takes time is
// computed from the clock when a request comes.
//
// The vendor spreads its services over two hosts. A request whose Host begins with "api." reaches the one, a Host of
// alteryxcloud.com the other; any other, such as a loopback address, reaches both. [Server.Plain] and [Server.API] are
// the hosts by themselves, for two listeners.
//
// Not emulated: schedules that fire by themselves, what is inside recipes and datasets, clouds and their storage,
// webhooks, macros, and the user interface but for the few methods of [Server] that stand in for it.
package emulator
