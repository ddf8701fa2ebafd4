package scripts_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"runner/internal/vendors/stage"
)

// everywhere takes somebody off all systems.
func everywhere(leaver, heir string, more ...string) []string {
	return append([]string{"offboard.lua", "--leaver", leaver, "--heir", heir, "--format", "json"}, more...)
}

// touched are the systems that got a request which changes something since the
// counts were taken.
func (c *company) touched(before map[string]int) (modules []string) {
	for _, module := range c.modules() {
		if len(c.vendors[module].Mutations()) > before[module] {
			modules = append(modules, module)
		}
	}
	return modules
}

func (c *company) modules() (modules []string) {
	for module := range c.vendors {
		modules = append(modules, module)
	}
	slices.Sort(modules)
	return modules
}

func (c *company) counts() map[string]int {
	n := map[string]int{}
	for module, v := range c.vendors {
		n[module] = len(v.Mutations())
	}
	return n
}

// Somebody who is in all systems leaves them all; a second run finds nothing to
// do, and says again what is left for a person.
func TestOffboardEverywhere(t *testing.T) {
	t.Parallel()
	c, args := newCompany(t), everywhere(ada, lin)
	dry := c.dryRun(t, args...)
	r := c.must(t, append([]string{"run", "--yes"}, args...)...)
	wantLines(t, "done", planned(r), planned(dry)...)
	wantLines(t, "touched", c.touched(nil), "alteryx", "alteryx_cloud", "atscale", "incorta", "workato")
	all := tables(t, r)
	wantLines(t, "accounts", lines(all["accounts"], "system", "account", "state"),
		"Alteryx Server | ada@example.com | active",
		"Alteryx Analytics Cloud | ada@example.com | active",
		"AtScale | ada@example.com | member",
		"Incorta | ada@example.com | owner",
		"Workato | ada@example.com | active")
	var systems []string
	for _, row := range all["to do by hand"] {
		if system := row["system"].(string); !slices.Contains(systems, system) {
			systems = append(systems, system)
		}
	}
	slices.Sort(systems)
	wantLines(t, "something is left to do by hand in", systems,
		"Alteryx Analytics Cloud", "Alteryx Server", "AtScale", "Incorta", "Workato")
	c.again(t, args...)
}

// Who is in some systems only is taken off these; a mistyped leaver off none.
func TestOffboardFromSomeSystems(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	r := c.must(t, append([]string{"run", "--yes"}, everywhere("victor@example.com", lin)...)...)
	wantLines(t, "accounts", lines(tables(t, r)["accounts"], "system", "account"),
		"Alteryx Server | victor@example.com", "Alteryx Analytics Cloud | victor@example.com", "AtScale | none",
		"Incorta | no call tells", "Workato | victor@example.com")
	wantLines(t, "touched", c.touched(nil), "alteryx", "alteryx_cloud")

	before := c.counts()
	r = c.runner(t, append([]string{"run", "--yes"}, everywhere("linn@example.com", ada)...)...)
	wantIn(t, "the card", r.stderr, "nobody has this address in any of the systems", `did you mean "lin@example.com"?`)
	if touched := c.touched(before); r.code != 1 || len(touched) > 0 {
		t.Errorf("%v were touched: %v", touched, r)
	}
}

// An heir who is unfit in one system keeps all from being changed.
func TestOffboardChecksTheHeirEverywhere(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	for heir, want := range map[string]string{
		"paul@example.com":   "the heir's account is inactive",
		"hana@example.com":   "the heir's role is Viewer",
		"nobody@example.com": "nobody on this Server has this address",
	} {
		r := c.runner(t, append([]string{"run", "--yes"}, everywhere(ada, heir)...)...)
		wantIn(t, heir, r.stderr, want)
		if r.code != 1 || len(c.touched(nil)) > 0 {
			t.Errorf("%s: %v were touched: %v", heir, c.touched(nil), r)
		}
	}
}

// A system that fails half-way does not keep the others from being seen to, and
// another run sees to what is left.
func TestOffboardGoesOnElsewhere(t *testing.T) {
	refused := stage.Fault{Method: "PUT", Kind: stage.Status, Status: 401, Times: 5, Body: `{"message":"Unauthorized"}`}
	for name, tt := range map[string]struct {
		module string
		fault  stage.Fault
		title  string
	}{
		"a token that ended": {"workato", refused, "Workato: "},
		"a right that was taken away": {"incorta", stage.Fault{Method: "PATCH", Kind: stage.Status, Status: 403,
			Times: 20, Body: `{"message":"denied"}`}, "Incorta: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, args := newCompany(t), everywhere(ada, lin)
			c.vendors[tt.module].Inject(tt.fault)
			r := c.runner(t, append([]string{"run", "--yes"}, args...)...)
			wantIn(t, "the card", r.stderr, "not done in 1 of 5 systems: "+tt.title)
			if r.code != 4 {
				t.Errorf("want exit code 4: %v", r)
			}
			for _, module := range c.modules() {
				if n := len(c.vendors[module].Mutations()); n == 0 {
					t.Errorf("nothing was done in %s", module)
				}
			}
			c.vendors[tt.module].Mend()
			before := c.counts()
			c.must(t, append([]string{"run", "--yes"}, args...)...)
			wantLines(t, "touched by the second run", c.touched(before), tt.module)
		})
	}
}

// A limit half-way is waited out, in all systems at once.
func TestOffboardWaitsForLimits(t *testing.T) {
	t.Parallel()
	c, args := newCompany(t), everywhere(ada, lin)
	for module, header := range map[string]string{"alteryx": "Retry-After", "alteryx_cloud": "X-Retry-After", "atscale": "Retry-After",
		"incorta": "Retry-After", "workato": "Retry-After"} {
		c.vendors[module].Inject(stage.Fault{After: 3, Kind: stage.Status, Status: 429, Header: http.Header{header: {"1"}},
			Body: `{"message":"Too many requests"}`})
	}
	r := c.must(t, append([]string{"run", "--yes"}, args...)...)
	if n := strings.Count(r.stderr, "waiting"); n > 10 {
		t.Errorf("%d waits: %v", n, r)
	}
	wantLines(t, "touched", c.touched(nil), "alteryx", "alteryx_cloud", "atscale", "incorta", "workato")
}

// A new starter gets all accounts in one run, and a second run adds nothing.
func TestOnboardEverywhere(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.env = append(c.env, "FIRST_PASSWORD=first-password-1")
	args := []string{"onboard.lua", "--email", "new.o'starter@example.com", "--first-name", "Åse", "--last-name", "d'Arc / Łuczak",
		"--systems", "alteryx,alteryx_cloud,atscale,incorta,workato", "--alteryx-role", "Member", "--alteryx-groups", "New Starters",
		"--alteryx-cloud-roles", "Viewer", "--alteryx-cloud-groups", "New Starters", "--atscale-roles", "Designer",
		"--atscale-password", "env:FIRST_PASSWORD", "--incorta-groups", "Finance", "--workato-roles", "Development:Operator",
		"--format", "json"}
	dry := c.dryRun(t, args...)
	r := c.must(t, append([]string{"run", "--yes"}, args...)...)
	wantLines(t, "done", planned(r), planned(dry)...)
	wantLines(t, "touched", c.touched(nil), "alteryx", "alteryx_cloud", "atscale", "workato")
	c.again(t, args...)

	// Of what is given for a system that is not chosen nothing may be ignored.
	r = c.runner(t, "run", "--yes", "onboard.lua", "--email", "x@example.com", "--first-name", "X", "--last-name", "Y",
		"--systems", "alteryx", "--workato-groups", "Operations")
	wantIn(t, "the card", r.stderr, "workato is not among systems", "leave --workato-groups out")
}
