package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
)

const token = "7c0f2b9a5d1e4c38"

// A loop is the program that one would write by hand, with a transport of the
// right size.
type loop struct {
	b    *testing.B
	url  string
	http *http.Client
}

type user struct {
	ID        string `json:"id"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	Email     string `json:"email"`
	Role      string `json:"role"`
	IsActive  bool   `json:"isActive"`
}

type transfer struct {
	OwnerID     string `json:"ownerId"`
	Workflows   bool   `json:"transferWorkflows"`
	Schedules   bool   `json:"transferSchedules"`
	Collections bool   `json:"transferCollections"`
}

func newLoop(b *testing.B, s *server, width int) *loop {
	t := &http.Transport{MaxConnsPerHost: width, MaxIdleConnsPerHost: width}
	b.Cleanup(t.CloseIdleConnections)
	return &loop{b, s.url + "/webapi/v3/users/", &http.Client{Transport: t}}
}

func (l *loop) send(method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(l.b.Context(), method, l.url+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept", "application/json")
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := l.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: status %d", method, path, resp.StatusCode)
	}
	return json.Unmarshal(text, out)
}

func (l *loop) get(id string) (u user) {
	if err := l.send(http.MethodGet, id, nil, &u); err != nil || u.Email != email {
		l.b.Errorf("user %s: %v, %v", id, u, err)
	}
	return u
}

func (l *loop) put(id, owner string) {
	var affected []struct {
		ID string `json:"affectedScheduleId"`
	}
	if err := l.send(http.MethodPut, id+"/assetTransfer", transfer{owner, true, true, true}, &affected); err != nil {
		l.b.Errorf("assets of user %s: %v", id, err)
	}
}

// each does the work for n ids, width at a time.
func (l *loop) each(n, width int, work func(id string)) {
	ids := make(chan string)
	var wait sync.WaitGroup
	for range width {
		wait.Go(func() {
			for id := range ids {
				work(id)
			}
		})
	}
	for i := range n {
		ids <- fmt.Sprint(i + 1)
	}
	close(ids)
	wait.Wait()
}
