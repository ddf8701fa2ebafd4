package conformance

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"runner/internal/vendors"
)

// hints are what the suite has to know of a vendor that its module does not
// say. A vendor has a table of its own; all of it can be left out.
type hints struct {
	// own is the id of the user that the connections act as: who takes their
	// rights away can do nothing any more, so no call is about them.
	own string
	// refs say what arguments refer to, where their names do not: the name of
	// an entity, by "argument" or "verb.argument".
	refs map[string]string
	// sources are further reads that tell which objects there are, by verb.
	sources map[string]source
	// samples are arguments that random ones would hardly ever be, by verb. The
	// rest is made at random; nil says that there are none.
	samples map[string]func(s *sampler) map[string]any
	// moving are the fields of answers that move on by themselves, and still are
	// no noise: how far a job is.
	moving []string
	// lost are the verbs whose answer no read tells again, like the value of a
	// token: their probes say in_doubt where the call landed.
	lost []string
	// first is the verb of a call that has to come before, by verb.
	first map[string]string
	// emulators are those that an operation wants to be tried on, by verb; nil
	// among them is the usual one.
	emulators map[string][]emulator
}

// An emulator is vendors.Vendor.Emulate.
type emulator func(now func() time.Time) (http.Handler, map[string]any)

// A source is a read whose answer is no list of objects, and yet tells ids of
// them.
type source struct {
	args   string
	field  string
	entity string
}

// known are the hints of each vendor, by module.
var known = map[string]hints{
	"alteryx":       alteryx,
	"alteryx_cloud": alteryxCloud,
	"atscale":       atscale,
	"incorta":       incorta,
	"workato":       workato,
}

// disruptive are the operations that random states are made without: what they
// do is over some time later, so that a plan and a run would see different
// states.
var disruptive = map[string]bool{"atscale.restart_engine": true}

// untried are the operations that the suite cannot make an emulator carry out,
// each with the reason.
var untried = map[string]string{
	"alteryx_cloud.cancel_workflow_job": "the tenant that others have probed has no jobs of the workflow service, and neither has the emulator",
}

// A hint about an operation that there is not would never be missed.
func TestHintsAreAboutOperations(t *testing.T) {
	for _, v := range vendors.All {
		h := known[v.Module.Name]
		verbs := slices.Concat(sortedKeys(h.sources), sortedKeys(h.samples), sortedKeys(h.first), slices.Collect(maps.Values(h.first)), sortedKeys(h.emulators), h.lost)
		for _, ref := range sortedKeys(h.refs) {
			if verb, _, ok := strings.Cut(ref, "."); ok {
				verbs = append(verbs, verb)
			}
		}
		for _, verb := range verbs {
			if _, ok := v.Module.Operation(verb); !ok {
				t.Errorf("%s has no %s", v.Module.Name, verb)
			}
		}
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
