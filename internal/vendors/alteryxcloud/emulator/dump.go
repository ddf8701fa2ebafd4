package emulator

import "runner/internal/vendors/stage"

// State returns a copy of what the account remembers, as plain JSON values: lists of records sorted by workspace and
// id. Numbers are [json.Number], because ids may be beyond what a float holds. It holds the secrets of connections, so
// that tests can see them change, but no tokens.
func (s *Server) State() map[string]any {
	return stage.State(s.Dump())
}

// Dump returns State as indented JSON, the same bytes for the same state.
func (s *Server) Dump() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return stage.Dump(s.account.records())
}

func (a *account) records() object {
	return object{
		"workspaces":       gather(a, func(s *space) []*workspace { return []*workspace{&s.info} }),
		"people":           gather(a, func(s *space) []*person { return s.people.rows() }),
		"roles":            gather(a, func(s *space) []*role { return s.roles.rows() }),
		"groups":           gather(a, func(s *space) []*group { return s.groups.rows() }),
		"connections":      gather(a, func(s *space) []*connection { return s.connections.rows() }),
		"folders":          gather(a, func(s *space) []*folder { return s.folders.rows() }),
		"flows":            gather(a, func(s *space) []*flow { return s.flows.rows() }),
		"plans":            gather(a, func(s *space) []*plan { return s.plans.rows() }),
		"schedules":        gather(a, func(s *space) []*schedule { return s.schedules.rows() }),
		"planSnapshotRuns": gather(a, func(s *space) []*planRun { return s.planRuns.rows() }),
		"flowRuns":         gather(a, func(s *space) []*flowRun { return s.flowRuns.rows() }),
		"jobGroups":        gather(a, func(s *space) []*jobGroup { return s.jobGroups.rows() }),
		"workflows":        gather(a, func(s *space) []*workflow { return s.workflows.rows() }),
		"parameters":       gather(a, func(s *space) []*parameter { return s.parameters.rows() }),
		"apiAccessTokens":  a.apiTokens.rows(),
		"oAuth2ApiTokens":  a.oauth.rows(),
	}
}

// gather collects records of all workspaces.
func gather[T any](a *account, of func(*space) []*T) []*T {
	out := []*T{}
	for s := range a.spaces.all() {
		out = append(out, of(s)...)
	}
	return out
}
