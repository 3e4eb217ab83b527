package audit

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/google/uuid"
)

// Head is the newest block of a chain. Kept elsewhere, it shows later whether blocks were cut off or made anew.
type Head struct {
	Institution uuid.UUID `json:"institution_id"`
	Number      int       `json:"number"`
	Hash        string    `json:"hash" doc:"SHA-256, base64"`
	Signature   string    `json:"signature" doc:"Ed25519 over the hash, base64"`
	SealedAt    time.Time `json:"sealed_at"`
}

func headOf(tenant uuid.UUID, b block) Head {
	enc := base64.StdEncoding
	return Head{
		Institution: tenant,
		Number:      b.Number,
		Hash:        enc.EncodeToString(b.Hash),
		Signature:   enc.EncodeToString(b.Signature),
		SealedAt:    b.SealedAt,
	}
}

// export appends a head to the file. Processes that share it take turns; half a line that a crash left goes first.
func (l *Log) export(h Head) error {
	raw, err := json.Marshal(h)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(l.heads, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	err = syscall.Flock(int(out.Fd()), syscall.LOCK_EX)
	if err == nil {
		err = endLine(out)
	}
	if err == nil {
		_, err = out.Write(append(raw, '\n'))
	}
	return errors.Join(err, out.Close())
}

// endLine goes to where the last whole line ends, and cuts off what follows.
func endLine(f *os.File) error {
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil || end == 0 {
		return err
	}
	last := make([]byte, min(end, 4096))
	if _, err := f.ReadAt(last, end-int64(len(last))); err != nil {
		return err
	}
	whole := end - int64(len(last)-1-bytes.LastIndexByte(last, '\n'))
	if whole == end {
		return nil
	}
	if err := f.Truncate(whole); err != nil {
		return err
	}
	_, err = f.Seek(whole, io.SeekStart)
	return err
}

// KeptHeads reads heads that were exported, by institution. A last line that a crash cut off is left out, and said.
func KeptHeads(path string) (kept map[uuid.UUID][]Head, cut bool, err error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, false, err
	}
	kept = map[uuid.UUID][]Head{}
	lines := bytes.Split(raw, []byte("\n"))
	for i, line := range lines {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var h Head
		err := json.Unmarshal(line, &h)
		if err != nil && i == len(lines)-1 {
			return kept, true, nil
		}
		if err != nil || h.Institution == uuid.Nil || h.Number < 1 || h.Hash == "" {
			return nil, false, fmt.Errorf(
				"%s, line %d, is not the head of a block: it was damaged or written by something else", path, i+1,
			)
		}
		kept[h.Institution] = append(kept[h.Institution], h)
	}
	return kept, false, nil
}
