package stage

import (
	"net/http"
	"path"
)

// A Router tells which route a request is for, by the patterns of
// [http.ServeMux]. Routes are added before the first request.
type Router[R any] struct{ mux http.ServeMux }

// Add adds a route. It panics on a pattern that is bad, or in doubt with
// another.
func (r *Router[R]) Add(pattern string, route *R) {
	r.mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) { w.(*finder[R]).route = route })
}

// Find returns the route of a request, or nil, and gives the request the
// values of the pattern.
func (r *Router[R]) Find(req *http.Request) *R {
	if path.Clean(req.URL.Path) != req.URL.Path {
		return nil // ServeMux would redirect
	}
	f := &finder[R]{header: http.Header{}}
	r.mux.ServeHTTP(f, req)
	return f.route
}

// A finder is what a route leaves itself in.
type finder[R any] struct {
	header http.Header
	route  *R
}

func (f *finder[R]) Header() http.Header       { return f.header }
func (f *finder[R]) Write([]byte) (int, error) { return 0, nil }
func (f *finder[R]) WriteHeader(int)           {}
