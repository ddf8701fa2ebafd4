package emulator

import (
	"fmt"
	"time"
)

// seedAggregates has as many of internetSales as fit on one page.
func (st *state) seedAggregates() {
	made := 0
	for _, of := range []struct{ project, cube, number int }{
		{sales, internetSales, defaultLimit}, {sales, resellerSales, 2}, {monthEnd, closing, 3}, {operations, shipments, 2},
		{ledger, ledgerCube, 1}, {customers, customerCube, 12},
	} {
		for i := range of.number {
			made++
			st.seedAggregate(made, i, engineID(of.project), cubeID(of.cube))
		}
	}
}

// seedAggregate makes the first of a cube by a user, the third blocked, and the sixth without an instance. Tables of
// the second have more rows than a float can count.
func (st *state) seedAggregate(n, i int, projectID, cubeID string) {
	a := &aggregate{ID: seedID("5d", n), OrgID: Org, ProjectID: projectID, CubeID: cubeID, Name: fmt.Sprintf("agg_%03d", n),
		Type: systemDefined, Subtype: "fact", ConnectionID: financeConnection, Incremental: i%4 == 1, Blocked: i == 2,
		Stats: map[string]any{"number_of_rows": 1000 * n, "build_duration": 1500}, Instances: []instance{}}
	switch i {
	case 0:
		a.Type, a.Name = userDefined, fmt.Sprintf("Monat / \"Region\" %d", n)
	case 1:
		a.Stats["number_of_rows"] = int64(9007199254740993)
	}
	if i != 5 {
		a.Instances = append(a.Instances, instance{ID: seedID("5e", n), Status: "active", Schema: "atscale_aggs",
			Table: fmt.Sprintf("as_agg_%03d", n), Created: ago(3), QueryID: seedID("60", n)})
	}
	st.aggregates.put(a.ID, a)
}

// seedBuilds makes builds that have ended, well and badly, and what will start some again.
func (st *state) seedBuilds() {
	for i, b := range []struct {
		project, cube, days int
		by, kind, outcome   string
	}{
		{ledger, ledgerCube, 60, "paul", ofAll, "done"},
		{customers, customerCube, 21, "zoe", ofCreations, "failed"},
		{customers, customerCube, 14, "zoe", ofCreations, "done"},
		{sales, internetSales, 4, "lin", ofAll, "cancelled"},
		{sales, internetSales, 3, "ada", ofAll, "done"},
		{operations, shipments, 2, "omar", ofAll, "failed"},
		{monthEnd, closing, 1, "lin", ofAll, "done"},
	} {
		row := &batch{ID: seedID("61", i+1), OrgID: Org, ProjectID: engineID(b.project), CubeID: cubeID(b.cube), Type: b.kind,
			Full: i%2 == 0, Created: ago(b.days), StartedBy: personID(b.by), Started: ago(b.days).Add(5 * time.Second),
			Ended: ago(b.days).Add(90 * time.Second), Outcome: b.outcome}
		if b.outcome == "failed" {
			row.Broken = "read tcp 10.0.0.7:443: i/o timeout"
		}
		st.batches.put(row.ID, row)
	}
	for i, j := range []job{
		{ProjectID: engineID(sales), CubeID: cubeID(internetSales), Expression: "0 0 5 ? * MON-FRI", Active: true, CreatedBy: "ada"},
		{ProjectID: engineID(sales), CubeID: cubeID(internetSales), Expression: "0 0 2 ? * SUN", Full: true, Active: true, CreatedBy: "lin"},
		{ProjectID: engineID(sales), CubeID: cubeID(internetSales), Expression: "0 30 4 1 * ?", CreatedBy: "paul"},
		{ProjectID: engineID(ledger), CubeID: cubeID(ledgerCube), Expression: "0 0 3 ? * *", Full: true, Active: true, CreatedBy: "paul"},
	} {
		j.ID, j.OrgID, j.CreatedBy = seedID("62", i+1), Org, personID(j.CreatedBy)
		st.jobs.put(j.ID, &j)
	}
	st.creations.put(seedID("63", 1), &creation{ID: seedID("63", 1), OrgID: Org, ProjectID: projectID(customers),
		CubeID: cubeID(customerCube), Expression: "0 0 1 ? * SAT", Active: true, CreatedBy: personID("zoe")})
}

// seedQueries are a hundred, the last of them an hour ago. Paul has run none for two months.
func (st *state) seedQueries() {
	who := []string{"ada", "lin", "nia", "sean", "maria", "hana", "ben", "omar"}
	for i := range 100 {
		n := 1 + i%2
		k := st.published.get(engineID(sales)).Cubes[n-1]
		q := &query{ID: seedID("64", i+1), OrgID: Org, UserID: personID(who[i%len(who)]), Source: "user", Language: "SQL",
			ProjectID: engineID(sales), CubeID: k.ID, CubeName: k.Name, Caption: k.Caption, Status: "success",
			Text: fmt.Sprintf("SELECT \"amount\" FROM \"%s\" WHERE city = 'Köln' LIMIT %d", k.Name, i+1),
			Took: 40 + i, Started: ago(0).Add(time.Duration(i-100) * time.Hour), Tables: []string{fmt.Sprintf("as_agg_%03d", n)}}
		switch {
		case i < 2:
			q.UserID, q.Started = personID("paul"), ago(62-i)
		case i%10 == 5:
			q.Status, q.Tables = "failed", []string{}
		case i%10 == 7:
			q.Source, q.Language = "system", "MDX"
		}
		st.queries.put(q.ID, q)
	}
}
