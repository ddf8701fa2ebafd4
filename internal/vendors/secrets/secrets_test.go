package secrets

import (
	"context"
	"testing"
	"time"

	"runner/internal/op"
	"runner/internal/vendors/declared"
)

// memory keeps secrets, and knows of one place since when.
type memory map[string]string

func (m memory) Keep(_ context.Context, at, value string) error {
	m[at] = value
	return nil
}

func (m memory) Look(_ context.Context, at string) (kept op.Opt[bool], since time.Time, err error) {
	switch at {
	case "exec:vault":
	case "file:old":
		return op.Some(true), time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600)), nil
	default:
		_, ok := m[at]
		kept = op.Some(ok)
	}
	return kept, since, nil
}

func TestOperations(t *testing.T) {
	m := memory{}
	conn, err := Module.Connect(op.World{Secrets: m}, []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		o          *op.Operation
		args, want string
	}{
		{getPlace, `{"at":"file:new"}`, `{"at":"file:new","is_kept":false}`},
		{store, `{"at":"file:new","value":"hunter2"}`, `null`},
		{getPlace, `{"at":"file:new"}`, `{"at":"file:new","is_kept":true}`},
		{getPlace, `{"at":"file:old"}`, `{"at":"file:old","is_kept":true,"stored_at":"2026-01-02T02:04:05Z"}`},
		{getPlace, `{"at":"exec:vault"}`, `{"at":"exec:vault"}`},
	} {
		got, err := tt.o.Perform(t.Context(), conn.Vendor, []byte(tt.args))
		if err != nil || string(got) != tt.want {
			t.Errorf("%s %s = %s, %v, want %s", tt.o.Name, tt.args, got, err, tt.want)
		}
	}
	if m["file:new"] != "hunter2" {
		t.Errorf("kept %v", m)
	}
}

// Where secrets cannot be kept, no vendor is asked to make one.
func TestNowhere(t *testing.T) {
	if _, err := Module.Connect(op.World{}, []byte("{}")); op.KindOf(err) != op.Unsupported {
		t.Errorf("Connect = %v", err)
	}
}

func TestDeclarations(t *testing.T) { declared.Suite{Module: Module}.Check(t) }
