package bindings

import (
	"errors"
	"strings"
	"testing"

	"runner/internal/op"
)

func TestRequire(t *testing.T) {
	files := map[string]string{
		"good":     `print("loaded") return { n = 1 }`,
		"deep.one": `return require("good").n + 1`,
		"silent":   `x = 1`,
		"no":       `return false`,
		"broken":   "local x = 1\nlocal y = = 2\n",
		"bad":      "\n\nerror('in the module')",
		"calls":    "return desk.get_ticket { id = 9 }",
		"a":        `return require("b")`, "b": `return require("c")`, "c": `return require("a")`, "self": `return require("self")`,
		"label": "goto nowhere",
		"slow":  "desk.wait_ticket { id = 1 } return 1",
	}
	for name, tt := range map[string]struct{ source, prints, fails string }{
		"a module runs once":                   {`print(require("good") == require("good"), require("good").n)`, "loaded|true\t1", ""},
		"of a folder":                          {`print(require("deep.one"))`, "loaded|2", ""},
		"one that returns nothing":             {`print(require("silent"), x)`, "true\t1", ""},
		"one that returns false":               {`print(require("no"))`, "false", ""},
		"a vendor's module":                    {`print(require("desk") == desk)`, "true", ""},
		"there is none":                        {`require("nowhere.far")`, "", `script.lua:1: [script] there is no module "nowhere.far" in the project or the library (put nowhere/far.lua beside the script)`},
		"a name that is near a vendor's":       {`require("dsk")`, "", `did you mean "desk"?`},
		"not Lua":                              {`require("broken")`, "", `broken.lua:2: [script] the script is not Lua: syntax error near "="`},
		"not Lua, found later":                 {`require("label")`, "", `label.lua:2: [script] the script is not Lua: no visible label 'nowhere' for <goto> at line 1`},
		"a failure in it":                      {`require("bad")`, "", "bad.lua:3: [failed] in the module"},
		"a call that fails":                    {`require("calls")`, "", "calls.lua:1: [not_found]"},
		"a circle":                             {`require("a")`, "", "c.lua:1: [script] modules require each other in a circle: a.lua → b.lua → c.lua → a.lua"},
		"a circle of one":                      {`require("self")`, "", "self.lua → self.lua"},
		"it can be tried again":                {`print(pcall(require, "bad")) print(pcall(require, "bad"))`, "false\tbad.lua:3: in the module|false\tbad.lua:3: in the module", ""},
		"two branches at once":                 {`each({ 1, 2 }, function() return require("slow") end)`, "", "another branch is just loading slow.lua (require it at the beginning of the script)"},
		"one branch, and then another":         {`each({ 1, 2 }, { concurrency = 1 }, function() print(require("slow")) end)`, "1|1", ""},
		"a file that cannot be read":           {`require("locked")`, "", `module "locked": permission denied`},
		"globals of a module are the script's": {`require("silent") print(x)`, "1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := stage{}
			s.options.Load = func(name string) (string, string, bool, error) {
				if name == "locked" {
					return "", "", false, errors.New("permission denied")
				}
				source, ok := files[name]
				return strings.ReplaceAll(name, ".", "/") + ".lua", source, ok, nil
			}
			p := s.play(t, tt.source)
			if got := strings.Join(p.printed(), "|"); got != tt.prints {
				t.Errorf("printed %q, want %q", got, tt.prints)
			}
			if got := p.said(); (tt.fails == "") != (got == "") || !strings.Contains(got, tt.fails) {
				t.Errorf("failed with %s\nwant %s", got, tt.fails)
			}
		})
	}
}

// TestTheLibraryCannotBeChanged: its modules are shared.
func TestTheLibraryCannotBeChanged(t *testing.T) {
	fails(t, `require("spell").hint = nil`, op.Script, "spell cannot be changed")
	fails(t, `require("desk").get_ticket = nil`, op.Script, "desk cannot be changed")
}
