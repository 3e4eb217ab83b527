package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// What is proven, as pure functions: an entry is hashed to a leaf, the leaves of a block to a root, and a block,
// with the hash of the one before it, to a link. seal.go makes blocks of entries and signs them, head.go exports
// the newest, verify.go does it all again and says where it differs. What these functions hash may never change:
// old blocks must still verify.

// Entry is one thing that was done.
type Entry struct {
	ID           uuid.UUID       `json:"id"`
	At           time.Time       `json:"at"`
	Actor        *uuid.UUID      `json:"actor_id,omitempty" doc:"Absent: a visitor, or the program itself"`
	Impersonator *uuid.UUID      `json:"impersonator_id,omitempty" doc:"Who acted in the actor's name"`
	Verb         string          `json:"verb"`
	Type         string          `json:"object_type"`
	Object       uuid.UUID       `json:"object_id"`
	Before       json.RawMessage `json:"before,omitempty" doc:"The object before the change"`
	After        json.RawMessage `json:"after,omitempty" doc:"The object after the change"`
	RequestID    string          `json:"request_id"`
	Address      string          `json:"address"`
	Block        *int            `json:"block,omitempty" doc:"The block that sealed it; absent while it waits"`
}

// The first byte of what is hashed says what it is, so that a leaf
// can never pass for a node (RFC 6962, section 2.1) or a block.
const (
	isLeaf byte = iota
	isNode
	isBlock
)

// leaf is the hash of an entry: SHA-256 over its fields, each
// with its length before it, so that no two entries encode alike.
func (e Entry) leaf(tenant uuid.UUID) [sha256.Size]byte {
	b := []byte{isLeaf}
	put := func(field []byte) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(field)))
		b = append(b, field...)
	}
	maybe := func(id *uuid.UUID) {
		if id == nil {
			put(nil)
			return
		}
		put(id[:])
	}
	put(tenant[:])
	put(e.ID[:])
	put(binary.BigEndian.AppendUint64(nil, uint64(e.At.UnixMicro())))
	maybe(e.Actor)
	maybe(e.Impersonator)
	put([]byte(e.Verb))
	put([]byte(e.Type))
	put(e.Object[:])
	put(e.Before)
	put(e.After)
	put([]byte(e.RequestID))
	put([]byte(e.Address))
	return sha256.Sum256(b)
}

// root is the Merkle root over leaves of 32 bytes each. An odd one at the end goes up as it is.
func root(leaves []byte) [sha256.Size]byte {
	level := make([][sha256.Size]byte, len(leaves)/sha256.Size)
	for i := range level {
		copy(level[i][:], leaves[i*sha256.Size:])
	}
	for len(level) > 1 {
		next := level[:0:0]
		for i := 0; i < len(level); i += 2 {
			if i+1 == len(level) {
				next = append(next, level[i])
				continue
			}
			next = append(next, sha256.Sum256(append(append([]byte{isNode}, level[i][:]...), level[i+1][:]...)))
		}
		level = next
	}
	if len(level) == 0 {
		return sha256.Sum256(nil)
	}
	return level[0]
}

// block is one link of the chain.
type block struct {
	Number    int
	Entries   []uuid.UUID
	Leaves    []byte
	Root      []byte
	Previous  []byte
	Hash      []byte
	Signature []byte
	SealedAt  time.Time
}

// hash covers everything that the block says, and through the one before it all that came earlier.
func (b block) hash(tenant uuid.UUID) [sha256.Size]byte {
	raw := append([]byte{isBlock}, tenant[:]...)
	raw = binary.BigEndian.AppendUint64(raw, uint64(b.Number))
	raw = binary.BigEndian.AppendUint64(raw, uint64(b.SealedAt.UnixMicro()))
	raw = binary.BigEndian.AppendUint32(raw, uint32(len(b.Entries)))
	for _, id := range b.Entries {
		raw = append(raw, id[:]...)
	}
	raw = append(raw, b.Root...)
	return sha256.Sum256(append(raw, b.Previous...))
}
