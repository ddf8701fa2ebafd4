package emulator

import (
	"cmp"
	"time"
)

// A query is one that somebody ran.
type query struct {
	ID        string    `json:"query_id"`
	OrgID     string    `json:"organization_id"`
	UserID    string    `json:"user_id"`
	Source    string    `json:"query_source"`
	Language  string    `json:"query_language"`
	ProjectID string    `json:"project_id"`
	CubeID    string    `json:"cube_id"`
	CubeName  string    `json:"cube_name"`
	Caption   string    `json:"cube_caption"`
	Text      string    `json:"query_text"`
	Status    string    `json:"status"`
	Started   time.Time `json:"started"`
	Took      int       `json:"took_ms"`
	Tables    []string  `json:"aggregate_instance_table_names"`
}

func queryRoutes() []route {
	return []route{
		{on: "GET /queries/orgId/{orgId}", style: engine, need: mayViewQueries, do: listQueries},
		{on: "GET /org/{orgId}/fullquerytext/queryId/{queryId}", need: mayViewQueries, do: queryText},
	}
}

// queriesWhere are the queries that the parameters ask for, the latest first (inf). They are given by the names that
// the editions have for project, cube and status.
func (c *call) queriesWhere(project, cube, status string) []*query {
	asked := func(name, is string) bool { v := c.query(name); return v == "" || v == is }
	return backwards(c.queries.where(func(q *query) bool {
		return q.OrgID == c.org.ID && asked("userId", q.UserID) && asked("querySource", q.Source) && asked("queryId", q.ID) &&
			asked(status, q.Status) && asked(project, q.ProjectID) && asked(cube, q.CubeID)
	}))
}

func listQueries(c *call) (any, error) {
	return listed(c, views(c.queriesWhere("projectId", "cubeId", "status"), (*query).view))
}

// view has when things happened only in its events.
func (q *query) view() map[string]any {
	ended := q.Started.Add(time.Duration(q.Took) * time.Millisecond)
	return map[string]any{
		"query_id": q.ID, "user_id": q.UserID, "query_language": q.Language, "project_id": q.ProjectID, "cube_id": q.CubeID,
		"cube_name": q.CubeName, "cube_caption": q.Caption, "query_text": q.Text, "status": q.Status,
		"timeline_events": []map[string]any{
			{"type": "query-submitted", "started": moment(q.Started), "duration": 0},
			{"type": "query-finished", "started": moment(ended), "duration": q.Took},
		},
		"aggregate_instance_table_names": append([]string{}, q.Tables...),
	}
}

func queryText(c *call) (any, error) {
	q, err := find(&c.queries, c.path("queryId"), "Query")
	if err != nil {
		return nil, err
	}
	if q.OrgID != c.org.ID {
		return nil, notFound("Query", q.ID)
	}
	return text(cmp.Or(q.Text, "-- no text")), nil
}
