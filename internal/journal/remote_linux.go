package journal

import "syscall"

func remote(dir string) string {
	var st syscall.Statfs_t
	if syscall.Statfs(dir, &st) != nil {
		return ""
	}
	return protocol(uint32(st.Type))
}

// protocol names the file systems of other machines by the numbers of statfs.
func protocol(magic uint32) string {
	switch magic {
	case 0x6969:
		return "NFS"
	case 0x517B:
		return "SMB"
	case 0xFF534D42:
		return "CIFS"
	case 0xFE534D42:
		return "SMB 2"
	}
	return ""
}
