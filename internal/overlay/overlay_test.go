package overlay

import (
	"slices"
	"strings"
	"testing"

	"runner/internal/op"
)

const (
	flow1, flow2, flow3 = `get_flow {"flow_id":"1"}`, `get_flow {"flow_id":"2"}`, `get_flow {"flow_id":"3"}`

	newID  = `{"$unknown":"id of flow New","$new":true}`
	create = `create_flow {"name":"New","owner_id":"ada"}`
	made   = `{"id":` + newID + `,"member_count":0,"name":"New","owner_id":"ada","running":false}`

	line1 = `{"id":"1","member_count":1,"name":"Close","owner_id":"ada","running":true}`
	line2 = `{"id":"2","member_count":0,"name":"Audit","owner_id":"lin","running":false}`
	line3 = `{"id":"3","member_count":2,"name":"Sales","owner_id":"ada","running":true}`

	runs1 = `"runs":{"$unknown":"runs of flow 1"}`
)

func linesOf(lines ...string) string { return "[" + strings.Join(lines, ",") + "]" }

func TestReads(t *testing.T) {
	for name, tt := range map[string]struct {
		planned []string
		read    string
		answer  string // of the vendor
		more    bool   // it is a page, and others follow
		want    string
	}{
		"nothing planned":       {nil, flow1, there[flow1], false, "as it is"},
		"another object":        {[]string{`stop_flow {"flow_id":"3"}`}, flow1, there[flow1], false, "as it is"},
		"another type":          {[]string{`stop_flow {"flow_id":"3"}`}, `get_owner {"owner_id":"ada"}`, `{"id":"ada","name":"Ada","flow_ids":["1","3"]}`, false, "as it is"},
		"what the vendor lacks": {[]string{create}, `get_flow {"flow_id":"9"}`, "", false, "as it is"},

		"a new one in a list":               {[]string{create}, `list_flows {}`, linesOf(line1, line2, line3), false, linesOf(line1, line2, line3, made)},
		"a new one in an empty list":        {[]string{create}, `list_flows {"owner_id":"ada"}`, `[]`, false, linesOf(made)},
		"a new one, but not on this page":   {[]string{create}, `list_flows {"page":1}`, linesOf(line1), true, linesOf(line1)},
		"a new one that the filter is for":  {[]string{create}, `list_flows {"contains":"nE"}`, `[]`, false, linesOf(made)},
		"a new one that the filter is not":  {[]string{create}, `list_flows {"owner_id":"lin"}`, linesOf(line2), false, linesOf(line2)},
		"a new one without members":         {[]string{create}, `list_flows {"member":"lin"}`, linesOf(line1, line3), false, linesOf(line1, line3)},
		"a filter that nobody explained":    {[]string{create}, `list_flows {"after":"x"}`, linesOf(line1), false, `{"$unknown":"answer of list_flows for flow"}`},
		"a list by a new id":                {[]string{create}, `list_flows {"owner_id":` + newID + `}`, "", false, `[]`},
		"a list by an unknown":              {[]string{create}, `list_flows {"owner_id":{"$unknown":"x"}}`, "", false, "as it is"},
		"a new one by its id":               {[]string{create}, `get_flow {"flow_id":` + newID + `}`, "", false, `{"id":` + newID + `,"members":[],"name":"New","owner_id":"ada","running":false,"runs":{"$unknown":"runs of flow New"}}`},
		"a new one by its name":             {[]string{create}, `find_flow {"name":"New"}`, "", false, `{"id":` + newID + `,"members":[],"name":"New","owner_id":"ada","running":false,"runs":{"$unknown":"runs of flow New"}}`},
		"a new one of another name":         {[]string{create}, `find_flow {"name":"Old"}`, "", false, "as it is"},
		"a new one that was changed":        {[]string{create, `update_flow {"flow_id":` + newID + `,"owner_id":"lin"}`}, `list_flows {"owner_id":"lin"}`, linesOf(line2), false, linesOf(line2, strings.Replace(made, "ada", "lin", 1))},
		"a new one that was deleted":        {[]string{create, `delete_flow {"flow_id":` + newID + `}`}, `list_flows {}`, linesOf(line1), false, linesOf(line1)},
		"a new one that was deleted, by id": {[]string{create, `delete_flow {"flow_id":` + newID + `}`}, `get_flow {"flow_id":` + newID + `}`, "", false, "gone"},
		"two new ones": {[]string{create, create}, `list_flows {}`, `[]`, false,
			linesOf(made, strings.Replace(made, "flow New", "flow New #2", 1))},

		"changed":                          {[]string{`stop_flow {"flow_id":"1"}`}, flow1, there[flow1], false, `{"id":"1","members":[{"role":"Viewer","user_id":"lin"}],"name":"Close","owner_id":"ada","running":false,` + runs1 + `}`},
		"changed in a list":                {[]string{`stop_flow {"flow_id":"1"}`}, `list_flows {}`, linesOf(line1, line2), false, linesOf(strings.Replace(line1, "true", "false", 1), line2)},
		"leaves a list":                    {[]string{`stop_flow {"flow_id":"1"}`}, `list_flows {"running":true}`, linesOf(line1, line3), false, linesOf(line3)},
		"leaves a page":                    {[]string{`stop_flow {"flow_id":"1"}`}, `list_flows {"running":true,"page":1}`, linesOf(line1), true, `[]`},
		"enters a list":                    {[]string{`stop_flow {"flow_id":"1"}`}, `list_flows {"running":false}`, linesOf(line2), false, linesOf(line2, strings.Replace(line1, "true", "false", 1))},
		"enters a list, not on this page":  {[]string{`stop_flow {"flow_id":"1"}`}, `list_flows {"running":false,"page":1}`, linesOf(line2), true, linesOf(line2)},
		"was in a list already, elsewhere": {[]string{`update_flow {"flow_id":"1","running":true}`}, `list_flows {"running":true}`, linesOf(line3), false, linesOf(line3)},
		"enters by a part of its name":     {[]string{`update_flow {"flow_id":"2","name":"Day Close"}`}, `list_flows {"contains":"close"}`, linesOf(line1), false, linesOf(line1, strings.Replace(line2, "Audit", "Day Close", 1))},
		"changed twice":                    {[]string{`stop_flow {"flow_id":"1"}`, `update_flow {"flow_id":"1","running":true}`}, `list_flows {"running":true}`, linesOf(line1), false, linesOf(line1)},
		"called otherwise, by its name":    {[]string{`update_flow {"flow_id":"2","name":"Day"}`}, `find_flow {"name":"Day"}`, "", false, `{"id":"2","members":[],"name":"Day","owner_id":"lin","running":false,"runs":{"$unknown":"runs of flow 2"}}`},
		"called otherwise, by its old one": {[]string{`update_flow {"flow_id":"2","name":"Day"}`}, `find_flow {"name":"Audit"}`, there[flow2], false, "gone"},
		"changed, by its name":             {[]string{`update_flow {"flow_id":"2","running":true}`}, `find_flow {"name":"Audit"}`, there[flow2], false, `{"id":"2","members":[],"name":"Audit","owner_id":"lin","running":true,"runs":{"$unknown":"runs of flow 2"}}`},
		"to an unknown":                    {[]string{`update_flow {"flow_id":"1","owner_id":{"$unknown":"x"}}`}, `list_flows {"owner_id":"lin"}`, linesOf(line2), false, `{"$unknown":"answer of list_flows for flow: whether flow 1 is in it"}`},
		"to an unknown, and shown":         {[]string{`update_flow {"flow_id":"1","owner_id":{"$unknown":"x"}}`}, `list_flows {}`, linesOf(line1), false, linesOf(strings.Replace(line1, `"ada"`, `{"$unknown":"x"}`, 1))},
		"what no read shows":               {[]string{`reset_flow {"flow_id":"1"}`}, flow1, there[flow1], false, strings.Replace(`{"id":"1","members":[{"role":"Viewer","user_id":"lin"}],"name":"Close","owner_id":"ada","running":true,RUNS}`, "RUNS", runs1, 1)},

		"deleted":              {[]string{`delete_flow {"flow_id":"1"}`}, flow1, there[flow1], false, "gone"},
		"deleted, in a list":   {[]string{`delete_flow {"flow_id":"1"}`}, `list_flows {}`, linesOf(line1, line2), false, linesOf(line2)},
		"deleted, by its name": {[]string{`delete_flow {"flow_id":"1"}`}, `find_flow {"name":"Close"}`, there[flow1], false, "gone"},
		"deleted, and it lingers": {[]string{`delete_flow {"flow_id":"1"}`}, `get_late_flow {"flow_id":"1"}`, there[flow1], false,
			`{"$unknown":"answer of get_late_flow for flow: whether it is still answered"}`},
		"a new one that was deleted, and lingers": {[]string{create, `delete_flow {"flow_id":` + newID + `}`}, `get_late_flow {"flow_id":` + newID + `}`, "", false,
			`{"$unknown":"answer of get_late_flow for flow: whether it is still answered"}`},
		"within one that is gone": {[]string{`delete_flow {"flow_id":"1"}`}, `list_runs {"flow_id":"1"}`, `[]`, false, "gone"},
		"within another":          {[]string{`delete_flow {"flow_id":"1"}`}, `list_runs {"flow_id":"2"}`, `[]`, false, "as it is"},

		"a member":                    {[]string{`add_members {"flow_id":"2","user_ids":["lin"],"role":"Admin"}`}, `list_flows {"member":"lin"}`, linesOf(line1, line3), false, linesOf(line1, line3, strings.Replace(line2, ":0", ":1", 1))},
		"members are counted":         {[]string{`add_members {"flow_id":"1","user_ids":["omar","lin"]}`}, `list_flows {}`, linesOf(line1), false, linesOf(strings.Replace(line1, ":1", ":2", 1))},
		"members as listed":           {[]string{`add_members {"flow_id":"1","user_ids":["omar","lin"],"role":"Admin"}`}, flow1, there[flow1], false, `{"id":"1","members":[{"role":"Viewer","user_id":"lin"},{"role":"Admin","user_id":"omar"}],"name":"Close","owner_id":"ada","running":true,` + runs1 + `}`},
		"an unknown member":           {[]string{`add_members {"flow_id":"1","user_ids":[{"$unknown":"x"}]}`}, `list_flows {}`, linesOf(line1), false, linesOf(strings.Replace(line1, `"member_count":1`, `"member_count":{"$unknown":"member_count of flow 1"}`, 1))},
		"too many members":            {[]string{`add_members {"flow_id":"2","user_ids":["lin"]}`}, `list_flows {"at_most":0}`, linesOf(line2), false, `[]`},
		"few enough members":          {[]string{`remove_member {"flow_id":"1","user_id":"lin"}`}, `list_flows {"at_most":0}`, linesOf(line2), false, linesOf(line2, strings.Replace(line1, ":1", ":0", 1))},
		"a member less":               {[]string{`remove_member {"flow_id":"3","user_id":"lin"}`}, `list_flows {"member":"lin"}`, linesOf(line1, line3), false, linesOf(line1)},
		"a member less everywhere":    {[]string{`delete_user {"user_id":"lin"}`}, flow1, there[flow1], false, `{"id":"1","members":[],"name":"Close","owner_id":"ada","running":true,"runs":3}`},
		"nobody by that name":         {[]string{`delete_user {"user_id":"lin"}`}, `list_flows {"member":"lin"}`, linesOf(line1, line3), false, `[]`},
		"others by their names":       {[]string{`delete_user {"user_id":"lin"}`}, `list_flows {"member":"omar"}`, linesOf(line3), false, linesOf(strings.Replace(line3, ":2", ":1", 1))},
		"perhaps few enough members":  {[]string{`delete_user {"user_id":"lin"}`}, `list_flows {"at_most":0}`, linesOf(line2), false, `{"$unknown":"answer of list_flows for flow: which flow are in it"}`},
		"members by another name":     {[]string{`rename_user {"user_id":"lin","role":"Owner"}`}, flow1, there[flow1], false, `{"id":"1","members":[{"role":"Owner","user_id":"lin"}],"name":"Close","owner_id":"ada","running":true,"runs":3}`},
		"without members by the name": {[]string{`rename_user {"user_id":"zoe","role":"Owner"}`}, flow1, there[flow1], false, `{"id":"1","members":[{"role":"Viewer","user_id":"lin"}],"name":"Close","owner_id":"ada","running":true,"runs":3}`},

		"follows from a new one":         {[]string{create}, `get_owner {"owner_id":"ada"}`, there[`get_owner {"owner_id":"ada"}`], false, `{"flow_ids":["1","3",` + newID + `],"id":"ada","name":"Ada"}`},
		"follows from one less":          {[]string{`delete_flow {"flow_id":"1"}`}, `get_owner {"owner_id":"ada"}`, there[`get_owner {"owner_id":"ada"}`], false, `{"flow_ids":["3"],"id":"ada","name":"Ada"}`},
		"follows from one that went":     {[]string{`give_flow {"flow_id":"1","owner_id":"lin"}`}, `get_owner {"owner_id":"ada"}`, there[`get_owner {"owner_id":"ada"}`], false, `{"flow_ids":["3"],"id":"ada","name":"Ada"}`},
		"follows from one that came":     {[]string{`give_flow {"flow_id":"1","owner_id":"lin"}`}, `list_owners {}`, `[{"id":"lin","name":"Lin","flow_ids":["2"]}]`, false, `[{"flow_ids":["2","1"],"id":"lin","name":"Lin"}]`},
		"follows from nobody knows what": {[]string{`mix_flows {}`}, `get_owner {"owner_id":"ada"}`, there[`get_owner {"owner_id":"ada"}`], false, `{"flow_ids":{"$unknown":"flow_ids: which flow are in it"},"id":"ada","name":"Ada"}`},

		"shown briefly":                 {[]string{`give_flow {"flow_id":"1","owner_id":"lin"}`}, `list_owners {"briefly":true}`, `[{"id":"lin","name":"Lin","flow_ids":[]}]`, false, `[{"flow_ids":[],"id":"lin","name":"Lin"}]`},
		"lists alone":                   {[]string{`stop_flow {"flow_id":"1"}`, `delete_flow {"flow_id":"1"}`, create}, `list_assets {"owner_id":"ada"}`, `{"flows":[{"id":"1","name":"Close"},{"id":"3","name":"Sales"}]}`, false, `{"flows":[{"id":"3","name":"Sales"},{"id":` + newID + `,"name":"New"}]}`},
		"lists alone, of a changed one": {[]string{`update_flow {"flow_id":"3","name":"Day"}`}, `list_assets {"owner_id":"ada"}`, `{"flows":[{"id":"3","name":"Sales"}]}`, false, `{"flows":[{"id":"3","name":"Day"}]}`},
		"lists alone, not asked for":    {[]string{create}, `list_assets {"owner_id":"ada","briefly":true}`, `{"flows":[]}`, false, `{"flows":[]}`},
		"lists alone, of a new id":      {[]string{create}, `list_assets {"owner_id":` + newID + `}`, "", false, `{"flows":[]}`},
		"lists alone, of an unknown":    {[]string{create}, `list_assets {"owner_id":{"$unknown":"x"}}`, "", false, "as it is"},
		"lists alone, mixed":            {[]string{`mix_flows {}`}, `list_assets {"owner_id":"ada"}`, `{"flows":[]}`, false, `{"flows":{"$unknown":"flows: which flow are in it"}}`},
		"a tag":                         {[]string{`rename_tag {"tag_id":"b","text":"Best"}`}, `list_tags {}`, there[`list_tags {}`], false, `[{"id":"a","text":"Alpha"},{"id":"b","text":"Best"}]`},
		"what depends on all":           {[]string{`reset_flow {"flow_id":"1"}`}, `export_all {}`, `"x"`, false, "blind"},
		"what depends on all, before":   {nil, `export_all {}`, `"x"`, false, "as it is"},

		"all are mixed":           {[]string{`mix_flows {}`}, `list_flows {}`, linesOf(line2), false, linesOf(strings.Replace(line2, `"lin"`, `{"$unknown":"owner_id of flow"}`, 1))},
		"all are mixed, by that":  {[]string{`mix_flows {}`}, `list_flows {"owner_id":"ada"}`, linesOf(line1), false, `{"$unknown":"answer of list_flows for flow: which flow are in it"}`},
		"an unknown one":          {[]string{`stop_flow {"flow_id":{"$unknown":"x"}}`}, flow1, there[flow1], false, `{"id":"1","members":[{"role":"Viewer","user_id":"lin"}],"name":"Close","owner_id":"ada","running":{"$unknown":"running of flow that may be <x>"},` + runs1 + `}`},
		"an unknown one, by that": {[]string{`stop_flow {"flow_id":{"$unknown":"x"}}`}, `list_flows {"running":true}`, linesOf(line1), false, `{"$unknown":"answer of list_flows for flow: which flow are in it"}`},
		"an unknown one, by another": {[]string{`stop_flow {"flow_id":{"$unknown":"x"}}`}, `list_flows {"owner_id":"lin"}`, linesOf(line2), false,
			linesOf(strings.Replace(line2, `false`, `{"$unknown":"running of flow that may be <x>"}`, 1))},
		"an unknown one, and a new one": {[]string{create, `stop_flow {"flow_id":{"$unknown":"x"}}`}, `get_flow {"flow_id":` + newID + `}`, "", false, `{"id":` + newID + `,"members":[],"name":"New","owner_id":"ada","running":{"$unknown":"running of flow that may be <x>"},"runs":{"$unknown":"runs of flow New"}}`},
		"perhaps deleted":               {[]string{`delete_flow {"flow_id":{"$unknown":"x"}}`}, flow1, there[flow1], false, `{"$unknown":"answer of get_flow for flow: whether it is still there"}`},
		"perhaps deleted, in a list":    {[]string{`delete_flow {"flow_id":{"$unknown":"x"}}`}, `list_flows {}`, linesOf(line1), false, `{"$unknown":"answer of list_flows for flow: whether flow 1 is in it"}`},
		"within one perhaps deleted":    {[]string{`delete_flow {"flow_id":{"$unknown":"x"}}`}, `list_runs {"flow_id":"1"}`, `[]`, false, `{"$unknown":"answer of list_runs for run: whether the flow is still there"}`},

		"nobody worked it out":              {[]string{`run_elsewhere {}`}, `list_runs {"flow_id":"1"}`, `[]`, false, "blind"},
		"nobody worked it out, but nothing": {[]string{`stop_flow {"flow_id":"1"}`}, `list_runs {"flow_id":"1"}`, `[]`, false, "as it is"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			for _, call := range tt.planned {
				if p := s.plan(call); p.Missing != nil {
					t.Fatalf("%s: there is no such %s", call, p.Missing.Name)
				}
			}
			if got := s.read(tt.read, tt.answer, !tt.more); got != tt.want {
				t.Errorf("after %q, %s\n got %s\nwant %s", tt.planned, tt.read, got, tt.want)
			}
		})
	}
}

func TestPlans(t *testing.T) {
	for name, tt := range map[string]struct {
		planned   []string // the last is the one
		answer    string
		unchanged bool
		missing   string
		want      string // targets
	}{
		"a change":                              {[]string{`stop_flow {"flow_id":"1"}`}, `null`, false, "", "flow \"1\"\n  running: true -> false\n"},
		"as wanted already":                     {[]string{`stop_flow {"flow_id":"2"}`}, `null`, true, "", "flow \"2\"\n"},
		"as an earlier call made it":            {[]string{`stop_flow {"flow_id":"1"}`, `stop_flow {"flow_id":"1"}`}, `null`, true, "", "flow \"1\"\n"},
		"as wanted, but for what no read shows": {[]string{`reset_flow {"flow_id":"2"}`}, `null`, false, "", "flow \"2\"\n"},
		"nothing asked":                         {[]string{`update_flow {"flow_id":"2"}`}, `{"$unknown":"answer of update_flow for flow"}`, true, "", ""},
		"an answer": {[]string{`update_flow {"flow_id":"1","name":"Day","owner_id":"ada"}`},
			`{"id":"1","members":[{"role":"Viewer","user_id":"lin"}],"name":"Day","owner_id":"ada","running":true,` + runs1 + `}`, false, "",
			"flow \"1\"\n  name: \"Close\" -> \"Day\"\n"},
		"to an unknown": {[]string{`give_flow {"flow_id":"1","owner_id":"ada"}`, `update_flow {"flow_id":"2","name":{"$unknown":"x"}}`},
			`{"id":"2","members":[],"name":{"$unknown":"x"},"owner_id":"lin","running":false,"runs":{"$unknown":"runs of flow 2"}}`, false, "",
			"flow \"2\"\n  name: \"Audit\" -> {\"$unknown\":\"x\"}\n"},
		"a new one": {[]string{create}, `{"id":` + newID + `,"members":[],"name":"New","owner_id":"ada","running":false,"runs":{"$unknown":"runs of flow New"}}`, false, "",
			"flow " + newID + " created\n"},
		"a second of the name": {[]string{create, create}, strings.ReplaceAll(`{"id":`+newID+`,"members":[],"name":"New","owner_id":"ada","running":false,"runs":{"$unknown":"runs of flow New"}}`, "id of flow New", "id of flow New #2"), false, "",
			"flow " + strings.Replace(newID, "New", "New #2", 1) + " created\n"},
		"of a new one": {[]string{create, `update_flow {"flow_id":` + newID + `,"running":true}`},
			`{"id":` + newID + `,"members":[],"name":"New","owner_id":"ada","running":true,"runs":{"$unknown":"runs of flow New"}}`, false, "",
			"flow " + newID + "\n  running: false -> true\n"},
		"a list that grows":     {[]string{`add_members {"flow_id":"1","user_ids":["lin","omar"]}`}, `null`, false, "", "flow \"1\"\n  members: [{\"role\":\"Viewer\",\"user_id\":\"lin\"}] -> [{\"role\":\"Viewer\",\"user_id\":\"lin\"},{\"user_id\":\"omar\"}]\n"},
		"a list that has them":  {[]string{`add_members {"flow_id":"1","user_ids":["lin"]}`}, `null`, true, "", "flow \"1\"\n"},
		"one that is not in":    {[]string{`remove_member {"flow_id":"2","user_id":"lin"}`}, `null`, true, "", "flow \"2\"\n"},
		"goes":                  {[]string{`delete_flow {"flow_id":"1"}`}, `null`, false, "", "flow \"1\" removed\n"},
		"what there is none of": {[]string{`stop_flow {"flow_id":"9"}`}, ``, false, "flow", ""},
		"what a call removed":   {[]string{`delete_flow {"flow_id":"1"}`, `stop_flow {"flow_id":"1"}`}, ``, false, "flow", ""},
		"what cannot be read":   {[]string{`stop_flow {"flow_id":"66"}`}, `null`, false, "", "flow \"66\" unread\n"},
		"an unknown one":        {[]string{`stop_flow {"flow_id":{"$unknown":"x"}}`}, `null`, false, "", "flow {\"$unknown\":\"x\"} unread\n"},
		"going by another":      {[]string{`give_flow {"flow_id":"1","owner_id":"lin"}`}, `null`, false, "", "owner \"lin\"\nflow \"1\"\n  owner_id: \"ada\" -> \"lin\"\n"},
		"going by none":         {[]string{`give_flow {"flow_id":"1","owner_id":"zoe"}`}, `null`, true, "", ""},
		"read in a list":        {[]string{`rename_tag {"tag_id":"b","text":"Best"}`}, `null`, false, "", "tag \"b\"\n  text: \"Beta\" -> \"Best\"\n"},
		"not in the list":       {[]string{`rename_tag {"tag_id":"c","text":"Best"}`}, ``, false, "tag", ""},
		"all, of those that were read": {[]string{`stop_flow {"flow_id":"1"}`, `stop_flow {"flow_id":"2"}`, `delete_user {"user_id":"lin"}`}, `null`, false, "",
			"flow \"1\"\n  members: [{\"role\":\"Viewer\",\"user_id\":\"lin\"}] -> []\n"},
		"all, in a way that is not known": {[]string{`stop_flow {"flow_id":"1"}`, `mix_flows {}`}, `null`, false, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			var p Plan
			for _, call := range tt.planned {
				p = s.plan(call)
			}
			missing := ""
			if p.Missing != nil {
				missing = p.Missing.Name
			}
			answer := string(op.AppendTree(nil, op.Tree(p.Answer)))
			if p.Answer == nil {
				answer = ""
			}
			if answer != tt.answer || p.Unchanged != tt.unchanged || missing != tt.missing || text(p.Targets) != tt.want {
				t.Errorf("%s\n got %s, unchanged: %t, missing: %q\n%s\nwant %s, unchanged: %t, missing: %q\n%s", tt.planned,
					answer, p.Unchanged, missing, text(p.Targets), tt.answer, tt.unchanged, tt.missing, tt.want)
			}
		})
	}
}

// What has to be known is read once, and only if it matters.
func TestNeeds(t *testing.T) {
	for name, tt := range map[string]struct {
		planned []string
		read    string
		answer  string
		want    []string
	}{
		"an object that is changed":         {[]string{`stop_flow {"flow_id":"1"}`, `stop_flow {"flow_id":"1"}`}, "", "", []string{flow1}},
		"what the call goes by":             {[]string{`give_flow {"flow_id":"1","owner_id":"lin"}`}, "", "", []string{`get_owner {"owner_id":"lin"}`, flow1}},
		"nothing of a new one":              {[]string{create, `update_flow {"flow_id":` + newID + `,"name":"Day"}`}, "", "", nil},
		"nothing of one that is unknown":    {[]string{`stop_flow {"flow_id":{"$unknown":"x"}}`}, "", "", nil},
		"nothing for a list without filter": {[]string{`delete_user {"user_id":"lin"}`}, `list_flows {}`, `[]`, nil},
		"who is in a list, to count":        {[]string{`delete_user {"user_id":"lin"}`}, `list_flows {}`, linesOf(line1, line2), []string{flow1, flow2}},
		"one that may be in it":             {[]string{`mix_flows {}`, `stop_flow {"flow_id":"1"}`}, `list_flows {"running":false}`, `[]`, []string{flow1}},
		"a list, once for all in it":        {[]string{`rename_tag {"tag_id":"b","text":"Best"}`, `rename_tag {"tag_id":"a","text":"Best"}`}, "", "", []string{`list_tags {}`}},
		"an object that is not there":       {[]string{`stop_flow {"flow_id":"9"}`, `stop_flow {"flow_id":"9"}`}, "", "", []string{`get_flow {"flow_id":"9"}`}},
		"an object that cannot be read":     {[]string{`stop_flow {"flow_id":"66"}`, `stop_flow {"flow_id":"66"}`}, "", "", []string{`get_flow {"flow_id":"66"}`}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			for _, call := range tt.planned {
				s.plan(call)
			}
			if tt.read != "" {
				s.read(tt.read, tt.answer, true)
			}
			if !slices.Equal(s.asked, tt.want) {
				t.Errorf("after %q and %s it has read %q, want %q", tt.planned, tt.read, s.asked, tt.want)
			}
		})
	}
}

// What a read of the script has told need not be read again.
func TestReadsAreRemembered(t *testing.T) {
	s := newStage(t)
	s.read(flow1, there[flow1], true)
	s.plan(`stop_flow {"flow_id":"1"}`)
	if len(s.asked) > 0 {
		t.Errorf("it has read %q again", s.asked)
	}
}

// One connection does not see what another did.
func TestConnectionsAreApart(t *testing.T) {
	o := New()
	create := operation(t, "create_flow")
	o.Plan("it", create, []byte(`{"name":"New"}`))
	r := Read{Op: operation(t, "list_flows"), Args: []byte(`{}`), Result: []byte(`[]`), Last: true}
	if a := o.Read("other", r); a.Changed || string(a.Result) != `[]` {
		t.Errorf("the other connection sees %s", a.Result)
	}
	if got, want := string(o.Plan("other", create, []byte(`{"name":"New"}`)).Answer), "#2"; !strings.Contains(got, want) {
		t.Errorf("the other's new id is not one of its own: %s", got)
	}
}

func TestFingerprint(t *testing.T) {
	long := `"` + strings.Repeat("x", 600) + `"`
	for name, tt := range map[string]struct{ in, want string }{
		"short":                  {`{"b":[2,1],"a":"x"}`, `{"a":"x","b":[1,2]}`},
		"lists in another order": {`[{"id":2},{"id":1}]`, `[{"id":1},{"id":2}]`},
		"long":                   {long, `{"$bytes":602,"sha256":"95ec2d7c00ae130a5fd2d5f8cb3d9f2d00924f71aa3c119906669bf0af1c7256"}`},
		"long, with an unknown":  {`[{"$unknown":"x"},` + long + `]`, `[` + long + `,{"$unknown":"x"}]`},
		"absent":                 {`null`, `null`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := string(Fingerprint(op.Tree([]byte(tt.in)))); got != tt.want {
				t.Errorf("Fingerprint(%s)\n got %s\nwant %s", tt.in, got, tt.want)
			}
		})
	}
}

func TestLists(t *testing.T) {
	for name, tt := range map[string]struct {
		from, to    string
		gets, loses string
		ok          bool
	}{
		"grows":            {`["a"]`, `["b","a"]`, `["b"]`, `[]`, true},
		"shrinks":          {`["a","a"]`, `["a"]`, `[]`, `["a"]`, true},
		"objects":          {`[{"a":1,"b":2}]`, `[{"b":2,"a":1},{"a":3}]`, `[{"a":3}]`, `[]`, true},
		"from none":        {`null`, `["a"]`, `["a"]`, `[]`, true},
		"to none":          {`["a"]`, `null`, `[]`, `["a"]`, true},
		"no lists":         {`"a"`, `["a"]`, `[]`, `[]`, false},
		"neither":          {`null`, `null`, `[]`, `[]`, false},
		"unknown by now":   {`["a"]`, `{"$unknown":"x"}`, `[]`, `[]`, false},
		"in another order": {`["a","b"]`, `["b","a"]`, `[]`, `[]`, true},
	} {
		t.Run(name, func(t *testing.T) {
			gets, loses, ok := Lists(op.Tree([]byte(tt.from)), op.Tree([]byte(tt.to)))
			if g, l := key(gets), key(loses); g != tt.gets || l != tt.loses || ok != tt.ok {
				t.Errorf("Lists(%s, %s) = %s, %s, %t, want %s, %s, %t", tt.from, tt.to, g, l, ok, tt.gets, tt.loses, tt.ok)
			}
		})
	}
}
