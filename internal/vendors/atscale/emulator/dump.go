package emulator

import "runner/internal/vendors/stage"

// State returns a copy of what the Server remembers, as plain JSON values: lists of records sorted by id. It holds
// passwords, so that tests can see them change, but no tokens.
func (s *Server) State() map[string]any {
	return stage.State(s.Dump())
}

// Dump returns State as indented JSON, the same bytes for the same state. It looks at the clock, because builds end
// by themselves.
func (s *Server) Dump() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.state
	st.settle(s.opts.Now().UTC())
	return stage.Dump(map[string]any{
		"organizations":     st.orgs.sorted(),
		"roles":             st.roles.sorted(),
		"users":             st.users.sorted(),
		"groups":            st.groups.sorted(),
		"projects":          st.projects.sorted(),
		"publishedProjects": st.published.sorted(),
		"snapshots":         st.snapshots.sorted(),
		"aggregates":        st.aggregates.sorted(),
		"batches":           st.batches.sorted(),
		"jobs":              st.jobs.sorted(),
		"creationSchedules": st.creations.sorted(),
		"warehouses":        st.warehouses.sorted(),
		"engines":           st.engines.sorted(),
		"environments":      st.environments.sorted(),
		"queries":           st.queries.sorted(),
		"repositories":      st.repos.sorted(),
		"settings":          st.settings,
		"features":          st.features,
		"restarts":          st.restarts,
	})
}
