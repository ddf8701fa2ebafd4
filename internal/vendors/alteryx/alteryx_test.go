package alteryx

import (
	"testing"

	"runner/internal/vendors/casetest"
)

func TestCases(t *testing.T) {
	casetest.Run(t, Module, map[string]any{"client_id": "key", "client_secret": "case-secret"})
}
