package atscale

import (
	"testing"

	"runner/internal/op"
)

// Calls that must not be sent twice, and of which nothing tells whether they
// landed.
var unprobed = map[string]string{
	"restore_snapshot":        "nothing tells that a draft is as in a snapshot",
	"restart_engine":          "nothing tells since when the engine runs",
	"import_model_aggregates": "the definitions get ids of their own",
}

func TestWritesThatAreMadeOnceCanBeLookedUp(t *testing.T) {
	for _, o := range Module.Operations {
		if o.Effect == op.Read || o.Idempotency != op.Once {
			continue
		}
		_, probes := o.CanProbe()
		if _, excused := unprobed[o.Verb()]; probes == excused {
			t.Errorf("%s: it has a probe: %t, excused: %t", o.Name, probes, excused)
		}
	}
}
