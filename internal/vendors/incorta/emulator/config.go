package emulator

import "net/http"

// SQLHost is where the SQL interface is said to listen.
const SQLHost = "cluster.example.com"

func configRoutes() []route {
	return []route{{on: "GET /configs/sqlConnection", do: sqlConnection}}
}

// sqlConnection answers text, and stumbles over any Accept header: seen on a live tenant.
func sqlConnection(c *call) (any, error) {
	if len(c.r.Header.Values("Accept")) > 0 {
		return nil, refuse(http.StatusInternalServerError, codeInternal, "No acceptable representation.")
	}
	if c.opts.UndefinedPort {
		return plain(SQLHost + ":undefined"), nil
	}
	return plain(SQLHost + ":5442"), nil
}
