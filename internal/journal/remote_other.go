//go:build !linux

package journal

func remote(string) string { return "" }
