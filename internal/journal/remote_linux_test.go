package journal

import "testing"

func TestProtocol(t *testing.T) {
	for magic, want := range map[uint32]string{
		0x6969: "NFS", 0x517B: "SMB", 0xFF534D42: "CIFS", 0xFE534D42: "SMB 2",
		0xEF53: "", 0x01021994: "", 0x01021997: "", 0x794C7630: "", // ext4, tmpfs, 9p, overlay
	} {
		if got := protocol(magic); got != want {
			t.Errorf("protocol(%#x) = %q, want %q", magic, got, want)
		}
	}
	if got := remote("/proc"); got != "" {
		t.Errorf("/proc is on another machine: %s", got)
	}
	if got := remote("/no/such/folder"); got != "" {
		t.Errorf("a folder that is not there is on another machine: %s", got)
	}
}
