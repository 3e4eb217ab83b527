package courses

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
)

// filmHead is how much of a file tells what it is.
const filmHead = 4096

// Browsers play these; what a file is, its container says, neither its name nor what the sender claims.
var filmTypes = map[string]string{".mp4": "video/mp4", ".webm": "video/webm"}

// filmKind is the ending of the container that a file begins with.
func filmKind(head []byte) (ending string, ok bool) {
	switch {
	case slices.ContainsFunc(brands(head), playable):
		return ".mp4", true
	case docType(head) == "webm": // Matroska, its mother, is played by some browsers only
		return ".webm", true
	}
	return "", false
}

// playable tells whether a brand promises what every browser's MP4 reader takes. QuickTime's own ("qt  ") does not.
func playable(brand string) bool {
	return strings.HasPrefix(brand, "iso") || strings.HasPrefix(brand, "mp4") || strings.HasPrefix(brand, "M4V") ||
		slices.Contains([]string{"avc1", "dash", "cmfc", "MSNV"}, brand)
}

// brands are those of the file type box that an MP4 begins with (ISO/IEC 14496-12, section 4.3).
func brands(head []byte) []string {
	if len(head) < 16 || string(head[4:8]) != "ftyp" {
		return nil
	}
	size := min(int(binary.BigEndian.Uint32(head)), len(head))
	list := []string{string(head[8:12])}
	for at := 16; at+4 <= size; at += 4 {
		list = append(list, string(head[at:at+4]))
	}
	return list
}

// docType is what an EBML header says that follows it (RFC 8794, section 11.2.7); "" for what is no EBML.
func docType(head []byte) string {
	rest, ok := bytes.CutPrefix(head, []byte{0x1a, 0x45, 0xdf, 0xa3})
	if !ok {
		return ""
	}
	length, n := vint(rest)
	if n == 0 || length > uint64(len(rest)-n) {
		return ""
	}
	for rest = rest[n : n+int(length)]; len(rest) > 2; {
		name, width := rest[:2], 2
		if rest[0]&0x40 == 0 { // one byte long
			name, width = rest[:1], 1
		}
		size, n := vint(rest[width:])
		if n == 0 || size > uint64(len(rest)-width-n) {
			return ""
		}
		value := rest[width+n : width+n+int(size)]
		if bytes.Equal(name, []byte{0x42, 0x82}) {
			return string(value)
		}
		rest = rest[width+n+int(size):]
	}
	return ""
}

// vint reads a length of EBML (RFC 8794, section 4); n is 0 when there is none.
func vint(raw []byte) (value uint64, n int) {
	for n = 1; n <= 8; n++ {
		if len(raw) > 0 && raw[0]&(0x80>>(n-1)) != 0 {
			break
		}
	}
	if n > 8 || len(raw) < n {
		return 0, 0
	}
	value = uint64(raw[0]) &^ (0x80 >> (n - 1))
	for _, b := range raw[1:n] {
		value = value<<8 | uint64(b)
	}
	return value, n
}
