package overlay

import (
	"testing"
)

func TestReads(t *testing.T) {
	for name, tt := range map[string]struct {
		planned []string
		read    string
		answer  string // of the vendor
		more    bool   // it is a page, and others follow
		want    string
	}{
		"x": {nil, "", "", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			for _, call := range tt.planned {
				if p := s.plan(call); p.Missing != nil {
					t.Fatalf("%s: there is no such %s", call, p.Missing.Name)
				}
			}
			if got := s.read(tt.read, tt.answer, !tt.more); got != tt.want {
				t.Errorf("after %q, %s\n got %s\nwant %s", tt.planned, tt.read, got, tt.want)
			}
		})
	}
}
