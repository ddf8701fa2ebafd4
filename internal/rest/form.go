package rest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime/multipart"

	"runner/internal/op"
)

// A Form is a multipart/form-data body: fields in order, then at most one
// file.
type Form struct {
	Fields   [][2]string
	FileName string // of the part called "file"; "" means no file
	File     []byte
}

// Add appends a field.
func (f *Form) Add(name, value string) { f.Fields = append(f.Fields, [2]string{name, value}) }

// encode writes the body. The boundary is made from the content, so that the
// same call has the same bytes in a cassette, and no content can hold it.
func (f *Form) encode() (body []byte, contentType string, err error) {
	sum := sha256.New()
	for _, field := range f.Fields {
		fmt.Fprintf(sum, "%q=%q\n", field[0], field[1])
	}
	fmt.Fprintf(sum, "%q\n", f.FileName)
	sum.Write(f.File)
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	// A boundary has 70 characters at most.
	if err := w.SetBoundary("runner-" + hex.EncodeToString(sum.Sum(nil)[:16])); err != nil {
		return nil, "", &op.Error{Kind: op.Bug, Cause: err.Error()}
	}
	for _, field := range f.Fields {
		if err := w.WriteField(field[0], field[1]); err != nil {
			return nil, "", &op.Error{Kind: op.Bug, Cause: err.Error()}
		}
	}
	if f.FileName != "" {
		part, err := w.CreateFormFile("file", f.FileName)
		if err != nil {
			return nil, "", &op.Error{Kind: op.Bug, Cause: err.Error()}
		}
		_, _ = part.Write(f.File) // into memory
	}
	if err := w.Close(); err != nil {
		return nil, "", &op.Error{Kind: op.Bug, Cause: err.Error()}
	}
	return b.Bytes(), w.FormDataContentType(), nil
}
