package emulator

import "runner/internal/vendors/stage"

// State returns a copy of what the cluster remembers, as plain JSON values. Values of tokens and keys are left out.
// Loads have gone as far as the clock says.
func (s *Server) State() map[string]any {
	return stage.State(s.Dump())
}

// Dump returns State as indented JSON, the same bytes for the same state.
func (s *Server) Dump() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.state
	st.settle(s.now())
	return stage.Dump(map[string]any{
		"users":                st.users,
		"groups":               st.groups,
		"personalAccessTokens": st.pats,
		"schemas":              st.schemas,
		"loads":                st.loads,
		"loadPlans":            st.plans,
		"loadPlanExecutions":   st.executions,
		"folders":              st.folders,
		"dashboards":           st.dashboards,
		"reports":              st.reports,
		"externalSchemas":      st.external,
		"extractedFiles":       st.files,
		"ownershipTransfers":   st.transfers,
	})
}
