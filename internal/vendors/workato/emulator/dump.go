package emulator

import "runner/internal/vendors/stage"

// State returns a copy of what the workspace remembers, as plain JSON values: lists of records sorted by id. Numbers
// are [json.Number], because ids may be beyond what a float holds. Tokens and the activity log are left out: they say
// how a state came about, and two runs that end in the same state should compare equal.
func (s *Server) State() map[string]any {
	return stage.State(s.Dump())
}

// Dump returns State as indented JSON, the same bytes for the same state. What the clock has brought about by now is
// in it.
func (s *Server) Dump() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.settle(s.clock())
	return stage.Dump(s.state.records())
}

func (st *state) records() object {
	return object{
		"developer_api_clients":      st.clients.rows(),
		"developer_api_client_roles": st.clientRoles.rows(),
		"members":                    st.members.rows(),
		"member_invitations":         st.invitations.rows(),
		"user_groups":                st.groups.rows(),
		"environment_roles":          st.envRoles.rows(),
		"project_roles":              st.projectRoles.rows(),
		"roles":                      st.roles.rows(),
		"project_grants":             st.grants.rows(),
		"folders":                    st.folders.rows(),
		"projects":                   st.projects.rows(),
		"connections":                st.connections.rows(),
		"recipes":                    st.recipes.rows(),
		"jobs":                       st.jobs.rows(),
		"tags":                       st.tags.rows(),
		"properties":                 st.properties.rows(),
		"lookup_tables":              st.tables.rows(),
		"export_manifests":           st.manifests.rows(),
		"packages":                   st.packs.rows(),
		"project_builds":             st.builds.rows(),
		"deployments":                st.deployments.rows(),
		"api_collections":            st.collections.rows(),
		"api_endpoints":              st.endpoints.rows(),
		"api_clients":                st.platformClients.rows(),
		"api_keys":                   st.keys.rows(),
		"on_prem_groups":             st.onPremGroups.rows(),
		"on_prem_agents":             st.agents.rows(),
		"event_topics":               topics.table(st).rows(),
		"iam_users":                  iamUsers.table(st).rows(),
		"iam_user_groups":            iamGroups.table(st).rows(),
		"iam_app_links":              iamLinks.table(st).rows(),
		"cert_bundles":               bundles.table(st).rows(),
		"secrets_cache_cleared":      st.cacheCleared,
	}
}
