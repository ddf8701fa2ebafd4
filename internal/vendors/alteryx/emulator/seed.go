package emulator

import "time"

// The seed is a small company, the same in every run: who works there is in people.go, what they own in the files
// beside it.

// ago is a moment so many days before the company's today.
func ago(days int) time.Time { return time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC).AddDate(0, 0, -days) }

func (st *state) seed(o Options) {
	who := st.seedPeople(o)
	if o.Windows {
		st.directory = []adObject{
			{"S-1-5-21-1004336348-1177238915-682003330-2001", "Group", "Data Team", "EXAMPLE", "data-team"},
			{"S-1-5-21-1004336348-1177238915-682003330-2002", "Group", "Controlling", "EXAMPLE", "controlling"},
		}
	}
	if !o.Empty {
		st.seedGroups(who)
		st.seedShares(who)
		st.seedWorkflows(who)
		st.seedSchedules(who)
		st.seedCollections(who)
		st.seedDCM(who)
		st.seedJobs(who)
		st.usage = []usageEvent{
			{"01KSSBYK000000000000000001", ago(3), "WorkflowRun"},
			{"01KSVYBA000000000000000002", ago(2), "WorkflowRun"},
			{"01KSYGR1000000000000000003", ago(1), "Login"},
		}
	}
	st.seedAudit()
}

// seedAudit has the log begin with everybody's arrival.
func (st *state) seedAudit() {
	for u := range st.users.all() {
		st.audit = append(st.audit, auditEntry{
			ID: auditID(len(st.audit) + 1), Entity: st.users.entity, EntityID: u.ID, UserID: apiUserID,
			Timestamp: u.DateCreated, Event: "insert",
			NewValues: map[string]any{"email": u.Email, "role": u.Role, "isActive": true},
		})
	}
}
