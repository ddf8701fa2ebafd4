package journal

// syncDir does nothing: Windows cannot flush a folder, and NTFS logs its entries by itself.
func syncDir(string) error { return nil }
