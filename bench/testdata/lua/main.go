// Command lua prints one line from Lua: what a host of gopher-lua costs that
// does nothing else.
package main

import (
	"fmt"
	"os"

	lua "github.com/yuin/gopher-lua"
)

func main() {
	l := lua.NewState()
	defer l.Close()
	if err := l.DoString("print(1)"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
