package emulator

// A dataConnection is one of the Server's own, not of DCM.
type dataConnection struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	String   string `json:"connectionString"` // may hold a password, and is shown all the same
	Type     string `json:"connectionType"`
	DCMID    string `json:"dcmConnectionId,omitempty"`
	DCMTitle string `json:"dcmConnectionTitle,omitempty"`
	sharing
}

func connectionID(d *dataConnection) string { return d.ID }

func dataConnectionRoutes() []route {
	const one = "/v3/serverDataConnections/{dataConnectionId}"
	return append(shareRoutes(one, shareDataConnection),
		route{on: "GET /v3/serverDataConnections", need: curator, do: listDataConnections,
			query: contract(opt(detail(), "view"))},
		route{on: "GET " + one, need: curator, do: getDataConnection},
		route{on: "PUT " + one, need: curator, do: renameDataConnection, body: contract(req(length(1, 255), "name"))},
		route{on: "DELETE " + one, need: curator, do: deleteDataConnection},
	)
}

func (c *call) dataConnection() (*dataConnection, error) {
	return find(&c.dataConnections, c.path("dataConnectionId"), "Data connection")
}

func shareDataConnection(c *call) (*sharing, func() any, error) {
	d, err := c.dataConnection()
	if err != nil {
		return nil, nil, err
	}
	return &d.sharing, func() any { return d }, nil
}

func listDataConnections(c *call) (any, error) {
	return views(c.dataConnections.all(), func(d *dataConnection) any {
		if c.full() {
			return d
		}
		return map[string]any{"id": d.ID, "name": d.Name, "connectionString": d.String, "connectionType": d.Type}
	}), nil
}

func getDataConnection(c *call) (any, error) {
	d, err := c.dataConnection()
	if err != nil {
		return nil, err
	}
	return d, nil
}

func renameDataConnection(c *call) (any, error) {
	d, err := c.dataConnection()
	if err != nil {
		return nil, err
	}
	d.Name = c.in.str("name")
	return d, nil
}

func deleteDataConnection(c *call) (any, error) {
	d, err := c.dataConnection()
	if err != nil {
		return nil, err
	}
	remove(c.state, &c.dataConnections, d.ID)
	return nil, nil
}
