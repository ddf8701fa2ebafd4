package incorta

import (
	"testing"

	"runner/internal/vendors/casetest"
)

// settings of a connection with a token; the cases' paths begin with the context
// path that is added to the address.
var settings = map[string]any{"tenant": "demo", "token": "case-token"}

func TestCases(t *testing.T) { casetest.Run(t, Module, settings) }
