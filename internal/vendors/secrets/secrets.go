// Package secrets is the module secrets: it puts what a vendor shows once, like
// a new token, where it stays: into a file, the system's keyring, or a vault by
// way of its command.
package secrets

import (
	"context"
	"strings"
	"time"

	"runner/internal/op"
)

const source = "docs/connections.md"

// Module keeps secrets.
var Module = op.NewModule(op.Module{
	Name:  "secrets",
	Title: "Secrets",
	Doc: `Puts secrets where they stay: a file, the system's keyring, or a vault by way of its command.

A place is written as in connections: file:PATH, keyring:SERVICE/USER or exec:COMMAND ARGS; paths are relative to where
the runner is started. With --emulate nothing leaves the runner.`,
	Operations: []*op.Operation{getPlace, store},
}, connect)

// Settings of a connection. There are none.
type Settings struct{}

// client is what the operations take.
type client struct{ op.SecretStore }

func connect(w op.World, _ Settings) (op.Client, error) {
	if w.Secrets == nil {
		return op.Client{}, &op.Error{
			Kind: op.Unsupported, Cause: "secrets cannot be stored here", Hint: "run it from the command line", RetryAfter: -1,
		}
	}
	return op.Client{Vendor: &client{w.Secrets}, Account: "this machine", Timeout: 2 * time.Minute}, nil
}

// place is where a secret can be kept.
var place = &op.Entity{Name: "place", Get: "get_place", By: "at", ID: "at"}

// Place is what is known of a place.
type Place struct {
	At       string             `lua:"at,key" doc:"The place, as it was given."`
	IsKept   op.Opt[bool]       `lua:"is_kept" doc:"Whether a secret is kept there; absent if that cannot be known, as with exec:."`
	StoredAt op.Opt[op.RFC3339] `lua:"stored_at" doc:"When it was stored; absent if none is, or that cannot be known, as with keyring:."`
}

// GetPlace is the input of secrets.get_place.
type GetPlace struct {
	At string `lua:"at,required,key" doc:"Place: file:PATH, keyring:SERVICE/USER or exec:COMMAND."`
}

var getPlace = op.New(op.Operation{
	Name: "secrets.get_place",
	Doc: `Tells what is known of a place.

It makes sure that a secret can be stored there, as far as that can be known without storing one: that the file or its
folder can be written, that the keyring answers, that the command is there. The secret itself is not shown.
Raises invalid if it is no place, and unavailable if nothing can be stored there.`,
	Source:      source,
	Example:     `print(secrets.get_place { at = "file:tokens/ci" }.is_kept)`,
	Effect:      op.Read,
	Idempotency: op.Idempotent,
	Object:      "place",
	Shows:       op.One(place, "at"),
}, func(ctx context.Context, c *client, in GetPlace) (Place, error) {
	p := Place{At: in.At}
	kept, at, err := c.Look(ctx, in.At)
	if err != nil {
		return p, err
	}
	p.IsKept = kept
	if !at.IsZero() {
		p.StoredAt = op.Some(op.RFC3339(at.UTC().Format(time.RFC3339Nano)))
	}
	return p, nil
})

// Store is the input of secrets.store.
type Store struct {
	At    string `lua:"at,required,key" doc:"Place: file:PATH, keyring:SERVICE/USER or exec:COMMAND."`
	Value string `lua:"value,required,secret" doc:"Secret to store there, at least 4 characters."`
}

var store = op.New(op.Operation{
	Name: "secrets.store",
	Doc: `Stores a secret.

When it returns, the secret stays there also if the machine stops; what was there before is replaced. A file can be read
by its owner only, and folders that are missing are made. A command gets the secret on its standard input, without a
newline, and must end with 0.
Raises invalid if it is no place or the secret is too short, and unavailable if it cannot be stored; what was in a file
is then as it was.`,
	Source:      source,
	Example:     `secrets.store { at = "file:tokens/ci", value = secret("env:NEW_TOKEN") }`,
	Effect:      op.Write,
	Idempotency: op.Idempotent,
	Object:      "place",
	Changes: []op.Change{op.Sets(place, "at", op.With{
		"is_kept": where(op.Is(true), "file:", "keyring:"), "stored_at": where(op.Vague(), "file:"),
	}), op.Hides(place, "at")}, // the value itself cannot be read
}, func(ctx context.Context, c *client, in Store) (op.None, error) {
	return op.None{}, c.Keep(ctx, in.At, in.Value)
})

// where is a value that holds at places of these kinds only; elsewhere it
// cannot be known.
func where(of op.Source, kinds ...string) op.Source {
	return func(s *op.Scene, field string) (any, bool) {
		at, ok := s.Args["at"].(string)
		if !ok {
			return s.Vague(field), true
		}
		for _, kind := range kinds {
			if strings.HasPrefix(strings.ToLower(at), kind) {
				return of(s, field)
			}
		}
		return nil, true
	}
}
