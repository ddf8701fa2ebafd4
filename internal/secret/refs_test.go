package secret_test

import (
	"errors"
	"strings"
	"testing"

	"runner/internal/secret"
)

func TestParse(t *testing.T) {
	for name, tt := range map[string]struct {
		in, want, cause, hint string
	}{
		"env":                 {in: "env:WORKATO_TOKEN", want: "env:WORKATO_TOKEN"},
		"white space":         {in: " Env: WORKATO_TOKEN\n", want: "env:WORKATO_TOKEN"},
		"file":                {in: "file:~/keys/prod key", want: "file:~/keys/prod key"},
		"a Windows path":      {in: `file:C:\keys\prod`, want: `file:C:\keys\prod`},
		"keyring":             {in: "keyring:workato/prod", want: "keyring:workato/prod"},
		"exec":                {in: `exec:vault read -field=token "my secret"`, want: `exec:vault read -field=token "my secret"`},
		"a plain secret":      {in: "hunter2", cause: "a secret may not stand here itself, only a reference to it", hint: "write env:NAME"},
		"nothing":             {in: "", cause: "a secret may not stand here itself, only a reference to it", hint: "write env:NAME"},
		"a mistyped kind":     {in: "evn:hunter2", cause: `unknown kind of reference: did you mean "env"?`, hint: "write env:NAME"},
		"half of a secret":    {in: "hunter2:hunter2", cause: "unknown kind of reference", hint: "write env:NAME"},
		"env without name":    {in: "env:", cause: "not a complete env reference", hint: "env:NAME"},
		"env with a secret":   {in: "env:hunter2-hunter2", cause: "not a complete env reference", hint: "env:NAME"},
		"file without path":   {in: "file: ", cause: "not a complete file reference", hint: "file:PATH"},
		"keyring alone":       {in: "keyring:hunter2", cause: "not a complete keyring reference", hint: "keyring:SERVICE/USER"},
		"keyring without one": {in: "keyring:hunter2/", cause: "not a complete keyring reference", hint: "keyring:SERVICE/USER"},
		"exec without words":  {in: "exec:", cause: "not a complete exec reference", hint: "exec:COMMAND ARGS"},
		"exec without name":   {in: `exec:"" hunter2`, cause: "not a complete exec reference", hint: "exec:COMMAND ARGS"},
		"exec, open quote":    {in: `exec:echo "hunter2`, cause: "not a complete exec reference", hint: "every quote closed"},
	} {
		t.Run(name, func(t *testing.T) {
			ref, err := secret.Parse(tt.in)
			if tt.cause == "" {
				if err != nil || ref.String() != tt.want {
					t.Errorf("Parse(%q) = %q, %v, want %q", tt.in, ref, err, tt.want)
				}
				return
			}
			var e *secret.Error
			if !errors.As(err, &e) || e.Cause != tt.cause || !strings.Contains(e.Hint, tt.hint) {
				t.Fatalf("Parse(%q) = %v, want the cause %q and a hint with %q", tt.in, err, tt.cause, tt.hint)
			}
			if got := e.Error() + e.Hint; strings.Contains(got, "hunter2") {
				t.Errorf("Parse(%q) gives away the text: %s", tt.in, got)
			}
			if got, want := e.Error(), "secret: "+tt.cause; got != want {
				t.Errorf("Error() = %q, want %q", got, want)
			}
		})
	}
}
