package emulator

import (
	"bytes"
	"encoding/xml"
	"io"
	"mime"
	"mime/multipart"
	"strings"
)

// xmlProject is as much of a project's XML as the emulator knows. (inf) The names of its elements.
type xmlProject struct {
	XMLName     xml.Name
	ID          string          `xml:"id,attr"`
	Name        string          `xml:"name,attr"`
	Annotations []xmlAnnotation `xml:"annotations>annotation"`
	Caption     string          `xml:"properties>caption"`
	Description string          `xml:"properties>description"`
	Cubes       []xmlCube       `xml:"cubes>cube"`
}

type xmlAnnotation struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type xmlCube struct {
	ID      string `xml:"id,attr"`
	Name    string `xml:"name,attr"`
	Caption string `xml:"properties>caption"`
}

func (p *project) xml() string {
	x := xmlProject{
		XMLName: xml.Name{Space: "http://www.atscale.com/xsd/project_2_0", Local: "project"},
		ID:      p.ID, Name: p.Name, Caption: p.Caption, Description: p.Description,
	}
	if p.EngineID != "" {
		x.Annotations = []xmlAnnotation{{"engineId", p.EngineID}}
	}
	for _, k := range p.Cubes {
		x.Cubes = append(x.Cubes, xmlCube{k.ID, k.Name, k.Caption})
	}
	out, err := xml.MarshalIndent(x, "", "  ")
	if err != nil {
		return ""
	}
	return xml.Header + string(out)
}

// readXML makes a draft of XML, with the ids that it has.
func readXML(data []byte) (*project, error) {
	var x xmlProject
	if err := xml.Unmarshal(data, &x); err != nil {
		return nil, badRequest("The project is not valid XML")
	}
	if strings.TrimSpace(x.Name) == "" {
		return nil, badRequest("The project has no name")
	}
	p := &project{ID: x.ID, Name: x.Name, Caption: x.Caption, Description: x.Description, Access: access{}}
	for _, k := range x.Cubes {
		p.Cubes = append(p.Cubes, cube{ID: k.ID, Name: k.Name, Caption: k.Caption})
	}
	return p, nil
}

func projectXML(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	return p.xml(), nil
}

func downloadXML(c *call) (any, error) {
	p, err := c.project()
	if err != nil {
		return nil, err
	}
	return document(p.xml()), nil
}

// importFile takes XML in a part named file. With verifyOnly it is only looked at.
func importFile(c *call) (any, error) {
	data, verify, err := c.upload()
	if err != nil {
		return nil, err
	}
	p, err := readXML(data)
	if err != nil {
		return nil, err
	}
	if verify {
		return named[string]{p.ID, p.Name}, nil
	}
	c.adopt(p)
	return named[string]{p.ID, p.Name}, nil
}

// upload returns the file of a form and whether it is only to be verified.
func (c *call) upload() (data []byte, verify bool, err error) {
	_, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return nil, false, badRequest("A multipart form was expected")
	}
	verify = c.query("verifyOnly") == "true"
	parts := multipart.NewReader(bytes.NewReader(c.body), params["boundary"])
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, false, badRequest("The multipart form is malformed")
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, false, badRequest("The multipart form is malformed")
		}
		switch part.FormName() {
		case "file":
			data = content
		case "verifyOnly":
			verify = verify || string(content) == "true"
		}
	}
	if data == nil {
		return nil, false, badRequest("The part named file is missing")
	}
	return data, verify, nil
}
