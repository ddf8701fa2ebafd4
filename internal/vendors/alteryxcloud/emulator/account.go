package emulator

import (
	"fmt"
	"strings"
	"time"
)

// An account is everything the emulator remembers.
type account struct {
	spaces    table[int64, space]
	known     map[string]int64 // ids of people by address: the same in all workspaces
	oauth     table[string, oauthToken]
	apiTokens table[string, apiToken]

	access   map[string]accessToken // by value
	counted  map[string]*window     // requests by quota
	started  map[string]bool        // runs by x-execution-id
	made     int64                  // how many ids were handed out
	issued   int                    // how many tokens were handed out
	requests int
}

// A space is a workspace with all that lies in it.
type space struct {
	WorkspaceID int64
	info        workspace

	people      table[int64, person]
	roles       table[int64, role]
	groups      table[int64, group]
	connections table[int64, connection]
	folders     table[int64, folder]
	flows       table[int64, flow]
	plans       table[int64, plan]
	schedules   table[int64, schedule]
	planRuns    table[int64, planRun]
	flowRuns    table[int64, flowRun]
	jobGroups   table[int64, jobGroup]
	workflows   table[string, workflow]
	parameters  table[int64, parameter]

	deleted map[string]bool // "flow 7": what there was once
	removed []*schedule     // that may still be read for a moment
}

func newAccount(o Options) *account {
	a := &account{known: map[string]int64{}, access: map[string]accessToken{}, counted: map[string]*window{},
		started: map[string]bool{}}
	a.seed(o)
	return a
}

func newSpace(w workspace) *space {
	return &space{WorkspaceID: w.ID, info: w, deleted: map[string]bool{}}
}

// firstID is greater than those of the seed, but one.
const firstID = 900000

// newID makes ids that are the same in every run.
func (a *account) newID() int64 {
	a.made++
	return firstID + a.made
}

func newUUID(n int64) string { return fmt.Sprintf("6f000000-0000-4000-8000-%012x", n) }

// gid is a ULID: its digits have no letters that look like numbers.
func gid(prefix string, n int64) string { return prefix + fmt.Sprintf("%0*d", 26-len(prefix), n) }

// personID is somebody's id, whether or not they have been here before.
func (a *account) personID(email string) int64 {
	key := strings.ToLower(email)
	if a.known[key] == 0 {
		a.known[key] = a.newID()
	}
	return a.known[key]
}

// times are when a record was made and changed.
type times struct {
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

func made(at time.Time) times { return times{at, at} }

// show adds the times to what is shown of a record.
func (t times) show(o object) object {
	o["createdAt"], o["updatedAt"] = stamp(t.CreatedAt), stamp(t.UpdatedAt)
	return o
}
