package conformance

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"runner/internal/op"
	incortaemulator "runner/internal/vendors/incorta/emulator"
)

var incorta = hints{
	// How far a load is, in the words of the answer to its start.
	moving: []string{"loading_status"},
	own:    incortaemulator.LoginName,
	samples: map[string]func(s *sampler) map[string]any{
		"start_load":       physicalSchemas,
		"start_table_load": someTables,

		"start_load_plan":         func(s *sampler) map[string]any { return map[string]any{"load_plan_name": pick(s.rng, loadPlans...)} },
		"restart_load_plan":       someRestart,
		"get_load_plan_execution": someExecution,

		"transfer_ownership": func(s *sampler) map[string]any {
			return map[string]any{"owner_email": pick(s.rng, incortaPeople...), "new_owner_email": pick(s.rng, incortaPeople...)}
		},
		"send_report": func(s *sampler) map[string]any {
			to := map[string]any{"dashboard_guid": pick(s.rng, incortaDashboards...), "to_external_emails": []any{"auditor@example.org"}}
			for _, list := range []string{"to_users_names", "cc_users_names", "bcc_users_names"} {
				if s.rng.IntN(3) == 0 {
					to[list] = []any{pick(s.rng, incortaPeople...)}
				}
			}
			for _, list := range []string{"to_groups_names", "cc_groups_names", "bcc_groups_names"} {
				if s.rng.IntN(3) == 0 {
					to[list] = []any{pick[any](s.rng, "Viewers", "Finance Makers")}
				}
			}
			if s.rng.IntN(2) == 0 {
				to["output_format"] = pick[any](s.rng, "PDF", "XLSX")
			}
			return to
		},
		"list_dashboard_prompts": aDashboard, "get_insight_data": anInsight, "list_insight_rows": anInsight,
		"list_folder": func(s *sampler) map[string]any {
			return map[string]any{"folder_id": pick[any](s.rng, json.Number("11"), json.Number("12"), json.Number("15"))}
		},
		"list_catalog_matches": func(s *sampler) map[string]any {
			return map[string]any{"keyword": pick[any](s.rng, "board", "finance", "stock", "nothing like it")}
		},
		"run_query": func(s *sampler) map[string]any {
			return map[string]any{"query": map[string]any{"view": pick(s.rng, businessViews...), "pageSize": json.Number("5")}}
		},
		"run_sql": func(s *sampler) map[string]any {
			return map[string]any{"sql": "SELECT * FROM " + pick(s.rng, "Ledger.entries", "Customers.customers") + " LIMIT 5"}
		},

		// The management console allows these names only.
		"create_external_schema":  func(s *sampler) map[string]any { return map[string]any{"schema_name": externalName(s)} },
		"delete_external_schema":  func(s *sampler) map[string]any { return map[string]any{"schema_name": externalName(s)} },
		"create_external_table":   extraction,
		"add_external_table_rows": rows,
		"delete_external_table":   func(s *sampler) map[string]any { return map[string]any{"table_name": externalTable(s)} },
	},
}

// What no list of the vendor's tells: its seed.
var (
	loadPlans = []any{
		incortaemulator.FinancePlan, incortaemulator.FailingPlan, incortaemulator.AwkwardPlan, "Telemetry",
	}
	incortaPeople = []any{
		"ada@example.com", "lin@example.com", "omar@example.com", "paul@example.com", "priya@example.com", "zoe@example.com",
		"grace@example.com", "sean@example.com", "nia@example.com",
	}
	incortaDashboards = []any{
		incortaemulator.KPIDashboard, incortaemulator.RevenueDashboard, incortaemulator.StockDashboard,
	}
	businessViews = []any{"FinanceViews.RevenueByMonth", "FinanceViews.SpendBySupplier", "OpsViews.DelaysByCarrier", "BoardViews.KeyFigures"}
)

// physicalSchemas are one or two schemas that can be loaded.
func physicalSchemas(s *sampler) map[string]any {
	list := []any{physicalSchema(s)}
	if other := physicalSchema(s); s.rng.IntN(2) == 0 && op.Same(other, list[0]) == op.No {
		list = append(list, other)
	}
	args := map[string]any{"schema_names": list}
	if s.rng.IntN(3) == 0 {
		args["synchronous"], args["timeout_ms"] = true, pick[any](s.rng, json.Number("1"), json.Number("5000"), json.Number("59000"))
	}
	return args
}

func physicalSchema(s *sampler) any {
	for range patience {
		if id := s.some("schema"); s.read("schema", id)["schema_type"] == "PHYSICAL" {
			return id
		}
	}
	return nil
}

// someTables are a schema and tables of it; nearly all of them are as good as
// all.
func someTables(s *sampler) map[string]any {
	id := physicalSchema(s)
	args := map[string]any{"schema_name": id}
	if t := op.Element(s.member("schema", id, "tables"), "name"); t != nil && s.rng.IntN(2) == 0 {
		args["tables"] = []any{t}
	}
	return args
}

func someRestart(s *sampler) map[string]any {
	args := map[string]any{"load_plan_name": pick(s.rng, loadPlans...), "group_sequence": json.Number("1")}
	if s.rng.IntN(3) == 0 {
		args["load_plan_name"], args["recent_execution_id"] = incortaemulator.FailingPlan, json.Number("2")
	}
	return args
}

// someExecution is one of the seed's two, or one that a call has started.
func someExecution(s *sampler) map[string]any {
	if id := s.newest("load plan execution"); id != nil && s.rng.IntN(2) == 0 {
		return map[string]any{"execution_id": id}
	}
	return map[string]any{"execution_id": pick[any](s.rng, json.Number("1"), json.Number("2")), "level": json.Number([]string{"1", "2", "3", "4"}[s.rng.IntN(4)])}
}

func aDashboard(s *sampler) map[string]any {
	return map[string]any{"dashboard_guid": pick(s.rng, incortaDashboards...)}
}

func anInsight(s *sampler) map[string]any {
	guid := pick(s.rng, incortaDashboards...).(string)
	return map[string]any{
		"dashboard_guid": guid, "insight_guid": incortaemulator.InsightOf(guid), "page_size": json.Number("50"),
	}
}

func externalName(s *sampler) any {
	return pick[any](s.rng, "finance_export", "lakehouse", "ops_export")
}

func externalTable(s *sampler) any {
	return pick[any](s.rng, "ops_export.delays", "ops_export.figures")
}

func extraction(s *sampler) map[string]any {
	args := map[string]any{"source_table_name": pick(s.rng, businessViews...), "target_table_name": externalTable(s)}
	if s.rng.IntN(3) == 0 {
		args["more"] = map[string]any{"replace": true}
	}
	return args
}

func rows(s *sampler) map[string]any {
	return map[string]any{"source_table_name": pick(s.rng, businessViews...), "target_table_name": "ops_export.delays", "limit": "5"}
}

// loadSchemas are params for load_schemas.lua: schemas whose loads succeed, in
// an order that some of them need, or names and orders that are refused.
func loadSchemas(rng *rand.Rand, s *site) []string {
	s.atRest()
	names := []string{}
	for _, name := range []string{"Ledger", "Procurement", "FinanceMart", "BoardPack", "Warehouse", "Shipments", "Customers", "Sandbox"} {
		if rng.IntN(3) == 0 {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		names = append(names, "Ledger")
	}
	var depends []string
	for i := range names {
		for j := range i {
			if rng.IntN(2) == 0 {
				depends = append(depends, names[j]+">"+names[i])
			}
		}
	}
	if i := slices.Index(names, incortaemulator.EmptySourceSchema); i >= 0 && rng.IntN(2) == 0 {
		names, depends = append(names, incortaemulator.DependentSchema), append(depends, incortaemulator.EmptySourceSchema+">"+incortaemulator.DependentSchema)
	}
	switch rng.IntN(12) {
	case 0:
		names = append(names, "ledger")
	case 1:
		names = append(names, "OpsViews")
	case 2:
		depends = append(depends, names[0]+">"+names[len(names)-1], names[len(names)-1]+">"+names[0])
	}
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	args := []string{"--schemas", strings.Join(names, ","), "--every", "0.001", "--source", pick(rng, "full", "incremental")}
	if len(depends) > 0 {
		args = append(args, "--depends", strings.Join(depends, ","))
	}
	if rng.IntN(2) == 0 {
		args = append(args, "--at-once", fmt.Sprint(1+rng.IntN(3)))
	}
	return args
}

// atRest looks at all schemas until none is being loaded: what happens by itself
// between a plan and its run cannot be foreseen.
func (s *site) atRest() {
	w := s.worlds["incorta"]
	get, _ := w.vendor.Module.Operation("get_schema_status")
	names := s.values("incorta", "list_schemas", "schema_name")
	for still := 0; still < 2; still++ { // a load plan may go on behind the first look
		for _, name := range names {
			answer, err := w.do(get, op.AppendTree(nil, map[string]any{"schema_name": name}))
			if err != nil {
				panic(err)
			}
			if op.Element(op.Tree(answer), "load_state") == "running" {
				still = -1
			}
		}
	}
}
