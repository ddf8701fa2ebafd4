package emulator

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"path"
	"strings"
	"time"
)

// This file has what is in packages: a JSON file for each recipe and connection, in folders like those of the
// workspace. The vendor's own files say more; importing reads only what is below (inf).

type packedRecipe struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Code        string `json:"code"`
	Config      []use  `json:"config"`
}

type packedConnection struct {
	Name     string `json:"name"`
	Provider string `json:"provider"`
}

// zip packs assets. Those that are gone are left out.
func (c *call) zip(folderID int64, assets []asset) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, a := range assets {
		var content any
		var at int64
		if r := c.recipe(a.ID); a.Type == "recipe" && r != nil {
			content, at = packedRecipe{r.Name, r.Description, r.Code, r.Config}, r.FolderID
		} else if k := c.connection(a.ID); a.Type == "connection" && k != nil {
			content, at = packedConnection{k.Name, k.Provider}, k.FolderID
		} else {
			continue
		}
		if err := c.zipOne(w, folderID, at, a, content); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

func (c *call) zipOne(w *zip.Writer, base, at int64, a asset, content any) error {
	var dirs []string
	for _, f := range c.line(c.folders.get(at)) {
		if f.ID == base {
			break
		}
		dirs = append([]string{strings.ReplaceAll(f.Name, "/", "_")}, dirs...)
	}
	name := c.assetView(a)["zip_name"].(string)
	f, err := w.Create(path.Join(append(dirs, decimal(a.ID)+"_"+name)...))
	if err != nil {
		return err
	}
	return json.NewEncoder(f).Encode(content)
}

var errNoPackage = errors.New("the file is not a valid package")

// unpack brings the content of a package into its folder, or has the package fail.
func (st *state) unpack(p *pack, now time.Time) {
	recipes, connections, err := readZip(p.data)
	if err == nil && st.folders.get(p.FolderID) == nil {
		err = errors.New("the folder does not exist")
	}
	if err == nil && !p.Restart {
		err = st.runningIn(p.FolderID, recipes)
	}
	if err != nil {
		p.Status, p.Error = failed, err.Error()
		return
	}
	for _, f := range connections {
		st.unpackConnection(f, st.subfolder(p.FolderID, f.dir, now), now)
	}
	for _, f := range recipes {
		p.Recipes = append(p.Recipes, st.unpackRecipe(p, f, st.subfolder(p.FolderID, f.dir, now), now))
	}
}

// A packed is a file of a package, and the folder it is in.
type packed[T any] struct {
	dir     string
	content T
}

func readZip(data []byte) (recipes []packed[packedRecipe], connections []packed[packedConnection], err error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, nil, errNoPackage
	}
	for _, f := range r.File {
		switch dir, name := path.Split(f.Name); {
		case strings.HasSuffix(name, ".recipe.json"):
			recipes, err = readPacked(recipes, f, dir)
		case strings.HasSuffix(name, ".connection.json"):
			connections, err = readPacked(connections, f, dir)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return recipes, connections, nil
}

const maxPacked = 1 << 20 // of one file; a zip can promise more than there is memory

func readPacked[T any](list []packed[T], f *zip.File, dir string) ([]packed[T], error) {
	r, err := f.Open()
	if err != nil {
		return nil, errNoPackage
	}
	defer r.Close()
	one := packed[T]{dir: dir}
	if json.NewDecoder(io.LimitReader(r, maxPacked)).Decode(&one.content) != nil {
		return nil, errNoPackage
	}
	return append(list, one), nil
}

// runningIn refuses an import that meets running recipes.
func (st *state) runningIn(folderID int64, files []packed[packedRecipe]) error {
	for _, f := range files {
		at := st.findSubfolder(folderID, f.dir)
		if at == nil {
			continue
		}
		if r := st.recipeNamed(f.content.Name, at.ID); r != nil && r.busy() {
			return errors.New("the recipe " + r.Name + " is running")
		}
	}
	return nil
}

func (st *state) recipeNamed(name string, folderID int64) *recipe {
	for r := range st.recipes.all() {
		if r.Name == name && r.FolderID == folderID {
			return r
		}
	}
	return nil
}

func (st *state) child(name string, parent int64) *folder {
	for f := range st.folders.all() {
		if f.ParentID == parent && strings.ReplaceAll(f.Name, "/", "_") == name {
			return f
		}
	}
	return nil
}

func dirs(dir string) []string {
	return strings.FieldsFunc(dir, func(r rune) bool { return r == '/' })
}

func (st *state) findSubfolder(folderID int64, dir string) *folder {
	at := st.folders.get(folderID)
	for _, name := range dirs(dir) {
		if at = st.child(name, at.ID); at == nil {
			return nil
		}
	}
	return at
}

// subfolder makes what is missing on the way.
func (st *state) subfolder(folderID int64, dir string, now time.Time) *folder {
	at := st.folders.get(folderID)
	for _, name := range dirs(dir) {
		next := st.child(name, at.ID)
		if next == nil {
			next = st.addFolder(name, at, now)
		}
		at = next
	}
	return at
}

// unpackConnection makes a connection without authorization, unless there is one of that name.
func (st *state) unpackConnection(f packed[packedConnection], in *folder, now time.Time) {
	for k := range st.connections.all() {
		if k.Name == f.content.Name && k.FolderID == in.ID {
			return
		}
	}
	k := &connection{ID: st.newID(), Name: f.content.Name, Provider: f.content.Provider, FolderID: in.ID, Tags: []string{},
		CreatedAt: now, UpdatedAt: now}
	st.connections.put(k.ID, k)
}

// unpackRecipe updates the recipe of that name, or makes one that does not run. A running recipe is stopped for it,
// and started again if that goes.
func (st *state) unpackRecipe(p *pack, f packed[packedRecipe], in *folder, now time.Time) recipeDone {
	r := st.recipeNamed(f.content.Name, in.ID)
	done := "no_update_or_update_without_restart"
	switch {
	case r == nil:
		r = &recipe{ID: st.newID(), UserID: p.by.UserID, Name: f.content.Name, FolderID: in.ID, Config: []use{},
			Tags: []string{}, CreatedAt: now}
		st.recipes.put(r.ID, r)
	case r.Code == f.content.Code:
		return recipeDone{r.ID, done}
	case r.busy():
		r.halt(now, "")
		done = "restarted"
	}
	st.fill(r, f.content, p.by, now)
	if done != "restarted" {
		return recipeDone{r.ID, done}
	}
	if len(r.codeErrors())+len(st.configErrors(r)) > 0 {
		return recipeDone{r.ID, "restart_failed"}
	}
	r.turn(true, now, 0)
	return recipeDone{r.ID, done}
}

// fill takes code over. Connections stay those of the target (inf).
func (st *state) fill(r *recipe, from packedRecipe, by *client, now time.Time) {
	r.Description, r.Code, r.UpdatedAt = from.Description, from.Code, now
	r.Config = r.configFromCode()
	for i, u := range r.Config {
		if u.ConnectionID == 0 {
			r.Config[i].ConnectionID = st.nearestConnection(u.Provider, st.folders.get(r.FolderID))
		}
	}
	st.version(r, by, now)
}

// nearestConnection is one of the provider in the same project, or 0.
func (st *state) nearestConnection(provider string, f *folder) int64 {
	for k := range st.connections.all() {
		if at := st.folders.get(k.FolderID); k.Provider == provider && !k.Runtime && at.ProjectID == f.ProjectID &&
			at.Environment == f.Environment {
			return k.ID
		}
	}
	return 0
}
