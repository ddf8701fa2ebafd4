package alteryx

import (
	"context"
	"net/http"
	"net/url"

	"runner/internal/rest"
)

// Download is a file that the Server hands out.
type Download struct {
	Content     []byte `lua:"content" doc:"The bytes of the file."`
	ContentType string `lua:"content_type" doc:"Media type, as the Server says it; empty if it does not."`
}

func (c *client) download(ctx context.Context, path string, query url.Values) (d Download, err error) {
	a, err := c.Do(ctx, rest.Request{Method: http.MethodGet, Path: path, Query: query, Accept: "*/*"})
	if err != nil {
		return d, err
	}
	return Download{Content: a.Body, ContentType: a.Header.Get("Content-Type")}, nil
}
