package op

import (
	"context"
	"testing"
	"time"
)

type addUser struct {
	Email string `json:"email" lua:"email,required,key"`
	Role  string `json:"role" lua:"role" enum:"Viewer Artisan"`
}

type user struct {
	ID    string `json:"id" lua:"id"`
	Email string `json:"email" lua:"email"`
	Role  string `json:"role" lua:"role"`
}

func declare(o Operation) *Operation {
	o.Doc, o.Source = "Adds a user.", "https://docs.example"
	return New(o, func(_ context.Context, _ string, in addUser) (user, error) {
		return user{ID: "1", Email: in.Email, Role: in.Role}, nil
	}, Probe(time.Minute, func(_ context.Context, _ string, in addUser, _ time.Time) (user, bool, error) {
		return user{ID: "1", Email: in.Email}, in.Email == "there@example.com", nil
	}))
}

func TestNewRefusesIncompleteDeclarations(t *testing.T) {
	for name, o := range map[string]Operation{
		"no effect": {Name: "acme.add_user"},
		"no module": {Name: "add_user", Effect: Write},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Errorf("New(%+v) did not panic", o)
				}
			}()
			declare(o)
		})
	}
}

func predictID(_ *Operation, _ []byte, label func(string) string) []byte {
	return append(AppendUnknown([]byte(`{"id":`), label("id")), '}')
}

func TestPlanned(t *testing.T) {
	for name, tt := range map[string]struct {
		predict Predict
		args    string
		want    string
	}{
		"nothing predicted": {nil, `{"email":"ada@example.com"}`,
			`{"$unknown":"answer of add_user for user ada@example.com"}`},
		"what is predicted": {predictID, `{"email":"ada@example.com"}`,
			`{"id":{"$unknown":"id of user ada@example.com"}}`},
		"for something unknown": {predictID, `{"email":{"$unknown":"mail of x"}}`,
			`{"id":{"$unknown":"id of user <mail of x>"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			o := declare(Operation{Name: "acme.add_user", Effect: Write, Object: "user", Predict: tt.predict})
			if got := string(o.Planned([]byte(tt.args))); got != tt.want {
				t.Errorf("Planned(%s)\n got %s\nwant %s", tt.args, got, tt.want)
			}
		})
	}
}

func TestPerformAndLook(t *testing.T) {
	o := declare(Operation{Name: "acme.add_user", Effect: Write})
	got, err := o.Perform(context.Background(), "client", []byte(`{"email":"ada@example.com","role":"Viewer"}`))
	if want := `{"id":"1","email":"ada@example.com","role":"Viewer"}`; err != nil || string(got) != want {
		t.Errorf("Perform = %s, %v, want %s", got, err, want)
	}
	if settle, ok := o.CanProbe(); !ok || settle != time.Minute {
		t.Errorf("CanProbe = %v, %v", settle, ok)
	}
	for email, want := range map[string]bool{"there@example.com": true, "gone@example.com": false} {
		_, landed, err := o.Look(context.Background(), "client", []byte(`{"email":"`+email+`"}`), time.Time{})
		if err != nil || landed != want {
			t.Errorf("Look(%s) = %v, %v, want %v", email, landed, err, want)
		}
	}
}

func TestListsFollowPages(t *testing.T) {
	o := NewList(Operation{Name: "acme.list_users", Doc: "Lists users.", Source: "https://docs.example", Effect: Read},
		func(_ context.Context, _ string, _ struct{}, cursor string) ([]user, string, error) {
			switch cursor {
			case "":
				return []user{{ID: "1"}}, "b", nil
			case "b":
				return []user{{ID: "2"}}, "", nil
			}
			return nil, "", nil
		})
	got, err := o.Perform(context.Background(), "client", nil)
	want := `[{"id":"1","email":"","role":""},{"id":"2","email":"","role":""}]`
	if err != nil || string(got) != want {
		t.Errorf("Perform = %s, %v, want %s", got, err, want)
	}
	p, err := o.PerformPage(context.Background(), "client", nil, "")
	if err != nil || p.Next != "b" || string(p.Items) != `[{"id":"1","email":"","role":""}]` {
		t.Errorf("PerformPage = %s next %q, %v", p.Items, p.Next, err)
	}
	if o.Out().String() != "list of table" {
		t.Errorf("Out = %s", o.Out())
	}
}
