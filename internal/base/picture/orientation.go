package picture

import (
	"bytes"
	"encoding/binary"
)

var exifMark = []byte("Exif\x00\x00")

// orientation is how a camera was held, 1 to 8, from the Exif of any format (CIPA DC-008, tag 0x0112); 1 when nothing
// says so.
func orientation(file []byte) int {
	tiff := exif(file)
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if bytes.HasPrefix(tiff, []byte("MM")) {
		order = binary.BigEndian
	}
	at := int(order.Uint32(tiff[4:8]))
	if at < 8 || at+2 > len(tiff) {
		return 1
	}
	for n := range int(order.Uint16(tiff[at : at+2])) {
		entry := at + 2 + 12*n
		if entry+12 > len(tiff) {
			return 1
		}
		if order.Uint16(tiff[entry:entry+2]) == 0x0112 {
			if o := int(order.Uint16(tiff[entry+8 : entry+10])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
	}
	return 1
}

// exif is what a camera noted, from where each format keeps it.
func exif(file []byte) []byte {
	switch {
	case bytes.HasPrefix(file, []byte("\x89PNG")):
		return bytes.TrimPrefix(chunk(file, 8, binary.BigEndian, "eXIf"), exifMark)
	case bytes.HasPrefix(file, []byte("RIFF")):
		return bytes.TrimPrefix(chunk(file, 12, binary.LittleEndian, "EXIF"), exifMark)
	}
	if i := bytes.Index(file[:min(len(file), 1<<16)], exifMark); i >= 0 {
		return file[i+len(exifMark):]
	}
	return nil
}

// chunk finds one by its name. PNG writes the length before the name and a checksum behind; RIFF the length behind
// the name and a byte of filling after an odd one.
func chunk(file []byte, at int, order binary.ByteOrder, name string) []byte {
	png := order == binary.BigEndian
	for at+8 <= len(file) {
		named, length := file[at:at+4], int(order.Uint32(file[at+4:]))
		next := at + 8 + length + length%2
		if png {
			named, length = file[at+4:at+8], int(order.Uint32(file[at:]))
			next = at + 12 + length
		}
		if string(named) == name {
			return file[at+8 : min(len(file), at+8+length)]
		}
		at = next
	}
	return nil
}
