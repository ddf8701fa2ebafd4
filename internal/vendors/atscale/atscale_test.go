package atscale

import (
	"slices"
	"strings"
	"testing"

	"runner/internal/op"
	"runner/internal/vendors/casetest"
)

// The settings of the cases: those whose names end in "_signed_in" sign in by
// themselves, with the requests that this takes.
var (
	ofInstaller = map[string]any{"token": "case-token"}
	ofContainer = map[string]any{"token": "case-token", "edition": "container"}
	signedIn    = map[string]any{"username": "admin", "password": "case-secret"}
)

func settingsOf(c casetest.Case) map[string]any {
	only := func(o *op.Operation) bool { return o.Name == c.Operation }
	inContainer := slices.ContainsFunc(containerOperations, only)
	switch {
	case strings.HasSuffix(c.Name, "_signed_in"):
		return signedIn
	case strings.HasSuffix(c.Name, "_other_edition") != (inContainer || strings.HasSuffix(c.Name, "_container")):
		return ofContainer
	}
	return ofInstaller
}

func TestCases(t *testing.T) { casetest.RunWith(t, Module, settingsOf) }

// An operation is of one edition, and says of which.
func TestEditionsAreNamed(t *testing.T) {
	for _, o := range Module.Operations {
		want := "Installer edition"
		switch {
		case slices.Contains(containerOperations, o):
			want = "Container edition"
		case o == runQuery || o == runXMLA:
			want = "Both editions"
		}
		if !strings.Contains(o.Doc, want) {
			t.Errorf("%s does not say %q:\n%s", o.Name, want, o.Doc)
		}
	}
}
