package emulator

import (
	"fmt"
	"strings"
)

const apiUserID = "61d57bea3c15317e1a482001"

const (
	financeStudio    = "65d3f42a3c15317e1a4c0001"
	operationsStudio = "65d3f42a3c15317e1a4c0002"
	platformStudio   = "65d3f42a3c15317e1a4c0003"
)

// people are the employees. Their addresses are at example.com, the same for every vendor's emulator.
//
// Rights: s schedules jobs, p prioritizes jobs, w assigns workers, c creates collections, a has API access, d creates
// DCM connections, x shares them.
var people = [...]struct {
	id, address, first, last string
	role                     role
	studio                   string
	rights                   string
	state                    string // active if empty
}{
	{apiUserID, "api-runner", "Service", "Runner", curator, "", "spwcadx", ""},
	{"61d57bea3c15317e1a482002", "grace", "Grace", "Miller", curator, financeStudio, "spwcadx", ""},
	{"61d57bea3c15317e1a48205b", "ada", "Ada", "Winter", artisan, financeStudio, "scadx", ""},
	{"61d57bea3c15317e1a48205c", "lin", "Lin", "Fischer", artisan, financeStudio, "scad", ""},
	{"61d57bea3c15317e1a48205d", "omar", "Omar", "Haddad", artisan, operationsStudio, "scadx", ""},
	{"61d57bea3c15317e1a48205e", "priya", "Priya", "Nair", artisan, platformStudio, "spwcad", ""},
	{"61d57bea3c15317e1a48205f", "zoe", "Zoë", "Lindqvist", artisan, platformStudio, "s", ""},
	{"61d57bea3c15317e1a482060", "paul", "Paul", "Weber", artisan, operationsStudio, "sc", "inactive"},
	{"61d57bea3c15317e1a482061", "nia", "Nia", "Brooks", evaluated, financeStudio, "s", ""},
	{"61d57bea3c15317e1a482062", "sean", "Sean", "O'Neill", member, operationsStudio, "", ""},
	{"61d57bea3c15317e1a482063", "maria", "Maria", "Rossi", member, financeStudio, "", ""},
	{"61d57bea3c15317e1a482064", "kofi", "Kofi", "Mensah", member, platformStudio, "", ""},
	{"61d57bea3c15317e1a482065", "erik", "Erik", "Dahl", member, operationsStudio, "", "locked"},
	{"61d57bea3c15317e1a482066", "hana", "Hana", "Sato", viewer, financeStudio, "", ""},
	{"61d57bea3c15317e1a482067", "ben", "Ben", "Carter", viewer, financeStudio, "", ""},
	{"61d57bea3c15317e1a482068", "ines", "Ines", "Moreau", viewer, operationsStudio, "", ""},
	{"61d57bea3c15317e1a482069", "victor", "Victor", "Lang", noAccess, "", "", ""},
}

// seedPeople returns the ids by the first part of the address.
func (st *state) seedPeople(o Options) map[string]string {
	who := map[string]string{}
	for i, p := range people {
		if o.Empty && p.id != apiUserID {
			continue
		}
		may := func(right string) bool { return strings.Contains(p.rights, right) }
		u := &user{ID: p.id, DateCreated: ago(900 - 30*i), SubscriptionID: p.studio, profile: profile{
			FirstName: p.first, LastName: p.last, Email: p.address + "@example.com", Role: p.role,
			CanScheduleJobs: may("s"), CanPrioritizeJobs: may("p"), CanAssignJobs: may("w"),
			CanCreateCollections: may("c"), IsAPIEnabled: may("a"), CanCreateAndUpdateDCM: may("d"),
			CanShareForExecutionDCM: may("x"), CanShareForCollabDCM: may("x"),
			IsActive: p.state != "inactive", IsAccountLocked: p.state == "locked", IsValidated: true,
			TimeZone: "UTC", Language: "en-us",
		}}
		if p.role != noAccess {
			u.LastLogin = ago(i)
		}
		if o.Empty {
			u.SubscriptionID = ""
		}
		if o.Windows {
			u.SID = fmt.Sprintf("S-1-5-21-1004336348-1177238915-682003330-%d", 1001+i)
		}
		st.users.put(u.ID, u)
		who[p.address] = p.id
	}
	return who
}
