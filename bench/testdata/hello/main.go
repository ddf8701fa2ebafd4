// Command hello prints one line: what starting any Go program costs.
package main

import "fmt"

func main() { fmt.Println(1) }
