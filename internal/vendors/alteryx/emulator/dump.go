package emulator

import (
	"maps"
	"slices"

	"runner/internal/vendors/stage"
)

// State returns a copy of what the Server remembers, as plain JSON values: lists of records sorted by id. It holds
// secrets, so that tests can see them change. Tokens and the audit log are left out: they say how a state came about,
// and two runs that end in the same state should compare equal.
func (s *Server) State() map[string]any {
	return stage.State(s.Dump())
}

// Dump returns State as indented JSON, the same bytes for the same state.
func (s *Server) Dump() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.state
	return stage.Dump(map[string]any{
		"users":           st.users.sorted(),
		"userGroups":      st.groups.sorted(),
		"collections":     st.collections.sorted(),
		"credentials":     st.credentials.sorted(),
		"schedules":       st.schedules.sorted(),
		"jobs":            st.jobs.sorted(),
		"workflows":       st.workflows.sorted(),
		"subscriptions":   st.subscriptions.sorted(),
		"dataConnections": st.dataConnections.sorted(),
		"dcmConnections":  st.dcmConnections.sorted(),
		"dcmDataSources":  st.dcmSources.sorted(),
		"dcmCredentials":  st.dcmCredentials.sorted(),
		"dcmRules":        st.dcmRules.sorted(),
		"usage":           st.usage,
	})
}

func (t *table[T]) sorted() []*T {
	out := make([]*T, 0, len(t.rows))
	for _, id := range slices.Sorted(maps.Keys(t.rows)) {
		out = append(out, t.rows[id])
	}
	return out
}
