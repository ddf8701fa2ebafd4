package emulator

import (
	"bytes"
	"encoding/json"
)

// State returns a copy of what the cluster remembers, as plain JSON values. Values of tokens and keys are left out.
// Loads have gone as far as the clock says.
func (s *Server) State() map[string]any {
	var out map[string]any
	if json.Unmarshal(s.Dump(), &out) != nil {
		return nil // cannot be: Dump made it
	}
	return out
}

// Dump returns State as indented JSON, the same bytes for the same state.
func (s *Server) Dump() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.state
	st.settle(s.now())
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(map[string]any{
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
	if err != nil {
		return []byte(err.Error())
	}
	return out.Bytes()
}
