package alteryxcloud

import (
	"testing"

	"runner/internal/vendors/casetest"
)

// settings are those of the connection that the cases use.
var settings = map[string]any{"access_token": "case-token-value", "workspace_id": 7}

func TestCases(t *testing.T) {
	casetest.Run(t, Module, settings)
}
