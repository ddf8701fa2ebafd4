package emulator

import (
	"slices"
	"time"
)

// An onPremGroup holds agents on the customer's machines.
type onPremGroup struct {
	ID        int64     `json:"id"`
	Name      string    `json:"name"`
	Managed   bool      `json:"use_managed_connection"`
	Config    int       `json:"config_version"`
	Logs      bool      `json:"logs_enabled"`
	Addresses []string  `json:"whitelisted_ips"`
	CreatedAt time.Time `json:"created_at"`
}

type onPremAgent struct {
	ID       int64  `json:"id"`
	Name     string `json:"name"`
	OS       string `json:"os"`
	GroupID  int64  `json:"on_prem_group_id"`
	Enabled  bool   `json:"enabled"`
	Awaiting bool   `json:"awaiting_setup"`
}

func onPremRoutes() []route {
	in := perMinute("on-prem")
	return []route{
		{on: "GET /api/on_prem_groups", bucket: in, do: listOnPremGroups},
		{on: "POST /api/on_prem_groups", bucket: in, do: createOnPremGroup},
		{on: "GET /api/on_prem_groups/{id}", bucket: in, do: onPrem(getOnPremGroup)},
		{on: "PUT /api/on_prem_groups/{id}", bucket: in, do: onPrem(updateOnPremGroup)},
		{on: "DELETE /api/on_prem_groups/{id}", bucket: in, do: onPrem(deleteOnPremGroup)},
		{on: "GET /api/on_prem_groups/{id}/status", bucket: in, do: onPrem(onPremStatus)},
		{on: "GET /api/on_prem_groups/{id}/agents", bucket: in, do: onPrem(groupAgents)},
		{on: "GET /api/on_prem_agents", bucket: in, do: listAgents},
		{on: "POST /api/on_prem_agents", bucket: in, do: createAgent},
		{on: "GET /api/on_prem_agents/search", bucket: in, do: searchAgents},
		{on: "GET /api/on_prem_agents/{id}", bucket: in, do: onAgent(getAgent)},
		{on: "PUT /api/on_prem_agents/{id}", bucket: in, do: onAgent(updateAgent)},
		{on: "DELETE /api/on_prem_agents/{id}", bucket: in, do: onAgent(deleteAgent)},
		{on: "GET /api/on_prem_agents/{id}/status", bucket: in, do: onAgent(agentStatus)},
		{on: "GET /api/on_prem_agents/{id}/activation_code", bucket: in, do: onAgent(activationCode)},
	}
}

func onPrem(do func(*call, *onPremGroup) (any, error)) handler {
	return func(c *call) (any, error) {
		g := c.onPremGroups.get(c.pathID("id"))
		if g == nil {
			return nil, notFound()
		}
		return do(c, g)
	}
}

func onAgent(do func(*call, *onPremAgent) (any, error)) handler {
	return func(c *call) (any, error) {
		a := c.agents.get(c.pathID("id"))
		if a == nil {
			return nil, notFound()
		}
		return do(c, a)
	}
}

func (c *call) agentsOf(g *onPremGroup) []*onPremAgent {
	return c.agents.where(func(a *onPremAgent) bool { return a.GroupID == g.ID })
}

func (c *call) onPremView(g *onPremGroup) object {
	return object{"id": g.ID, "name": g.Name, "created_at": at(g.CreatedAt), "in_use": len(c.agentsOf(g)) > 0,
		"use_managed_connection": g.Managed, "config_version": g.Config, "logs_enabled": g.Logs,
		"whitelisted_ips": g.Addresses}
}

func listOnPremGroups(c *call) (any, error) { return views(c.onPremGroups.rows(), c.onPremView), nil }

func getOnPremGroup(c *call, g *onPremGroup) (any, error) { return []any{c.onPremView(g)}, nil }

func agentView(a *onPremAgent) object {
	return object{"id": a.ID, "name": a.Name, "os": a.OS, "on_prem_group_id": a.GroupID, "awaiting_setup": a.Awaiting,
		"enabled": a.Enabled}
}

func listAgents(c *call) (any, error) { return views(c.agents.rows(), agentView), nil }

func getAgent(_ *call, a *onPremAgent) (any, error) { return []any{agentView(a)}, nil }

func (c *call) readOnPremGroup(g *onPremGroup, all bool) error {
	in, err := c.body()
	if err != nil {
		return err
	}
	if all || in.has("name") {
		in.need("name")
	}
	keep(in, "name", &g.Name, in.short("name", 255))
	keep(in, "use_managed_connection", &g.Managed, in.flag("use_managed_connection"))
	keep(in, "logs_enabled", &g.Logs, in.flag("logs_enabled"))
	keep(in, "whitelisted_ips", &g.Addresses, in.texts("whitelisted_ips"))
	g.Config++
	return in.err()
}

// createOnPremGroup and the others answer the object alone, and only getting one answers a list (inf).
func createOnPremGroup(c *call) (any, error) {
	g := &onPremGroup{Addresses: []string{}, CreatedAt: c.now}
	if err := c.readOnPremGroup(g, true); err != nil {
		return nil, err
	}
	g.ID = c.newID()
	c.onPremGroups.put(g.ID, g)
	c.record("OnPremGroup", "on_prem_group_created", g.ID, g.Name)
	return c.onPremView(g), nil
}

func updateOnPremGroup(c *call, g *onPremGroup) (any, error) {
	changed := *g
	if err := c.readOnPremGroup(&changed, false); err != nil {
		return nil, err
	}
	*g = changed
	c.record("OnPremGroup", "on_prem_group_updated", g.ID, g.Name)
	return c.onPremView(g), nil
}

// deleteOnPremGroup deletes the agents too.
func deleteOnPremGroup(c *call, g *onPremGroup) (any, error) {
	for _, a := range c.agentsOf(g) {
		c.agents.drop(a.ID)
	}
	c.onPremGroups.drop(g.ID)
	c.record("OnPremGroup", "on_prem_group_deleted", g.ID, g.Name)
	return success(), nil
}

func (a *onPremAgent) status() string {
	switch {
	case a.Awaiting:
		return "awaiting_setup"
	case a.Enabled:
		return "active"
	}
	return "inactive"
}

// onPremStatus is active if one agent is (inf).
func onPremStatus(c *call, g *onPremGroup) (any, error) {
	status := "inactive"
	if slices.ContainsFunc(c.agentsOf(g), func(a *onPremAgent) bool { return a.status() == "active" }) {
		status = "active"
	}
	return object{"id": g.ID, "status": status}, nil
}

func groupAgents(c *call, g *onPremGroup) (any, error) { return views(c.agentsOf(g), agentView), nil }

func (c *call) readAgent(a *onPremAgent, all bool) error {
	in, err := c.body()
	if err != nil {
		return err
	}
	if all {
		in.need("name", "os", "on_prem_group_id")
	}
	keep(in, "name", &a.Name, in.short("name", 255))
	keep(in, "os", &a.OS, in.text("os"))
	keep(in, "on_prem_group_id", &a.GroupID, in.id("on_prem_group_id"))
	keep(in, "enabled", &a.Enabled, in.flag("enabled"))
	if in.has("name") {
		in.need("name")
	}
	if !slices.Contains([]string{"windows", "linux", "mac"}, a.OS) {
		in.complain("os", "must be windows, linux or mac")
	}
	if c.onPremGroups.get(a.GroupID) == nil {
		in.complain("on_prem_group_id", "is unknown")
	}
	return in.err()
}

func createAgent(c *call) (any, error) {
	a := &onPremAgent{Awaiting: true, Enabled: true}
	if err := c.readAgent(a, true); err != nil {
		return nil, err
	}
	a.ID = c.newID()
	c.agents.put(a.ID, a)
	c.record("OnPremAgent", "on_prem_agent_created", a.ID, a.Name)
	return agentView(a), nil
}

func updateAgent(c *call, a *onPremAgent) (any, error) {
	changed := *a
	if err := c.readAgent(&changed, false); err != nil {
		return nil, err
	}
	*a = changed
	c.record("OnPremAgent", "on_prem_agent_updated", a.ID, a.Name)
	return agentView(a), nil
}

func deleteAgent(c *call, a *onPremAgent) (any, error) {
	c.agents.drop(a.ID)
	c.record("OnPremAgent", "on_prem_agent_deleted", a.ID, a.Name)
	return success(), nil
}

func agentStatus(_ *call, a *onPremAgent) (any, error) {
	return object{"id": a.ID, "status": a.status()}, nil
}

// activationCode is a secret.
func activationCode(_ *call, a *onPremAgent) (any, error) {
	return object{"activation_code": "emulated-activation-" + decimal(a.ID)}, nil
}

// searchAgents takes the common name of a certificate for the agent's name (inf).
func searchAgents(c *call) (any, error) {
	if !c.given("cn") {
		return nil, badField("cn", "can't be blank")
	}
	return views(c.agents.where(func(a *onPremAgent) bool { return a.Name == c.param("cn") }), agentView), nil
}
