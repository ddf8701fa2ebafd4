// Package emulator is a local, stateful stand-in for a Workato workspace: its Developer API over in-memory state.
//
// It is built from the vendor's documents alone and shares nothing with the client in this module, so that a mistake
// in one shows in the other. The vendor documents requests well, and answers and refusals poorly; where it is silent
// the emulator does the least surprising thing, and the line that does so is marked (inf), for inferred.
//
// Each environment has folders, recipes, connections and all that lies in them of its own; people, groups and roles
// belong to the workspace. Nothing happens by itself: what takes time is computed from the clock when a request comes.
//
// Not emulated: Embedded customers, the review of deployments, custom connectors, data tables, agents and MCP.
package emulator
