package workato

import (
	"strings"
	"testing"

	"runner/internal/op"
	"runner/internal/vendors/casetest"
)

func TestCases(t *testing.T) {
	casetest.Run(t, Module, map[string]any{"token": "wrkaus-case.token.value"})
}

func TestSettings(t *testing.T) {
	for name, tt := range map[string]struct{ settings, account, failure string }{
		"a data centre":      {`{"token":"t","data_center":"eu"}`, "https://app.eu.workato.com/api as the token's API client (eu)", ""},
		"no data centre":     {`{"token":"t"}`, "https://www.workato.com/api as the token's API client (us)", ""},
		"an address":         {`{"token":"t","url":"https://workato.example.com"}`, "https://workato.example.com/api as the token's API client", ""},
		"an address is more": {`{"token":"t","url":"https://workato.example.com/api","data_center":"eu"}`, "https://workato.example.com/api as the token's API client", ""},
		"another centre":     {`{"token":"t","data_center":"mars"}`, "", `setting data_center: "mars" is none of Workato's`},
		"no token":           {`{"token":" "}`, "", "setting token: it is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Module.Connect(op.World{}, []byte(tt.settings))
			if err != nil {
				if err.Error() != tt.failure {
					t.Errorf("Connect(%s): %v, want %q", tt.settings, err, tt.failure)
				}
				return
			}
			if c.Account != tt.account || strings.Contains(c.Account, `"t"`) || c.Limit.PerSecond != 1 {
				t.Errorf("Connect(%s) leads to %q at %v a second, want %q at 1", tt.settings, c.Account, c.Limit.PerSecond, tt.account)
			}
		})
	}
}
