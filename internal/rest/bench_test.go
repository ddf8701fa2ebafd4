package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"runner/internal/op"
)

// BenchmarkGet sets the client against the loop that one would write by hand
// for sequential reads of small JSON. The target of the whole tool is 1.15
// times the loop, so this layer may cost a few microseconds.
func BenchmarkGet(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id":"61d57bea3c15317e1a48205b","firstName":"Ada","lastName":"Marsh","email":"ada@example.com","isActive":true}`)
	}))
	b.Cleanup(s.Close)
	type user struct {
		ID        string `json:"id"`
		FirstName string `json:"firstName"`
		LastName  string `json:"lastName"`
		Email     string `json:"email"`
		IsActive  bool   `json:"isActive"`
	}
	want := user{"61d57bea3c15317e1a48205b", "Ada", "Marsh", "ada@example.com", true}

	byHand := func(b *testing.B, timeout time.Duration) {
		c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}
		defer c.CloseIdleConnections()
		get := func(id string) (u user, err error) {
			ctx := b.Context()
			if timeout > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, timeout)
				defer cancel()
			}
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/v3/users/"+id, nil)
			if err != nil {
				return u, err
			}
			req.Header.Set("Authorization", "Bearer t")
			req.Header.Set("Accept", "application/json")
			resp, err := c.Do(req)
			if err != nil {
				return u, err
			}
			defer resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				return u, fmt.Errorf("status %d", resp.StatusCode)
			}
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				return u, err
			}
			return u, json.Unmarshal(body, &u)
		}
		b.ReportAllocs()
		for b.Loop() {
			if u, err := get("7"); err != nil || u != want {
				b.Fatal(u, err)
			}
		}
	}
	b.Run("by hand", func(b *testing.B) { byHand(b, 0) })
	b.Run("by hand with a time-out", func(b *testing.B) { byHand(b, time.Minute) })
	b.Run("client", func(b *testing.B) {
		c, err := New(Settings{URL: s.URL}, op.World{}, Options{Auth: Bearer("t")})
		if err != nil {
			b.Fatal(err)
		}
		ctx := WithRules(context.Background(), once{})
		b.ReportAllocs()
		for b.Loop() {
			var u user
			if err := c.Get(ctx, Path("v3", "users", "7"), nil, &u); err != nil || u != want {
				b.Fatal(u, err)
			}
		}
	})
}
