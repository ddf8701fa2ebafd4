package web

import (
	"testing"

	"runner/internal/op"
	"runner/internal/vendors/casetest"
	"runner/internal/vendors/declared"
)

func TestCases(t *testing.T) {
	casetest.Run(t, Module, map[string]any{"token": "case-token"})
}

func TestAddresses(t *testing.T) {
	for name, tt := range map[string]struct{ settings, url, want string }{
		"no host and no server":           {`{}`, "/things", "it names no host"},
		"a scheme that is not HTTP":       {`{}`, "ftp://files.example.com/x", "only http and https can be requested"},
		"plain http to another machine":   {`{}`, "http://api.example.com/x", "http://api.example.com would send credentials unencrypted"},
		"not an address":                  {`{}`, "http://[::1", "it is not an address"},
		"a server that is not an address": {`{"url":"nowhere"}`, "", `"nowhere" is not the address of a server`},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := Module.Connect(op.World{}, []byte(tt.settings))
			if err == nil {
				_, err = get.Perform(t.Context(), client.Vendor, []byte(`{"url":"`+tt.url+`"}`))
			}
			e, ok := err.(*op.Error)
			if !ok || e.Cause != tt.want {
				t.Errorf("http.get %q = %v, want cause %q", tt.url, err, tt.want)
			}
		})
	}
}

func TestDeclarations(t *testing.T) {
	declared.Suite{
		Module: Module,
		Unprobed: map[string]string{
			"post":  "nobody knows what it does",
			"patch": "nobody knows what it does",
		},
		Unread: map[string]string{"resource": "every read of one is blind to what is done to others"},
	}.Check(t)
}
