package db

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/base/id"
	"stoa/internal/base/viewer"
)

// A version goes round like this: Write counts it as its last statement and learns it at its commit; the function
// that counts notifies; VersionFeed hears it at every other process, in the order of the commits, and Learn takes
// it. Versions are read from the database when an institution is first asked for, and forgotten whenever a
// connection of the feed begins anew, because what was told before it may have been missed.

// Stale is for how long at most a process may take a version for the newest after another process has counted on.
const Stale = time.Second

const (
	versionChannel = "stoa_cache"
	pingEvery      = 250 * time.Millisecond
	mostTopics     = 200_000 // of one institution in memory; beyond, what is known is forgotten and read again
)

// Versions is what a process knows of the versions of topics. It learns them from its own commits at once, and
// from those of others by notifications, which come in the order of the commits. That none is late it knows by
// sending itself one four times a second: when it has heard none of the last second, it knows nothing.
type Versions struct {
	self  string
	heard *atomic.Int64 // when the newest ping that came back was sent, in unix nanoseconds
	mu    *sync.RWMutex
	known map[uuid.UUID]*topics
	// Spread, when it is set, tells other processes of a commit by another way as well.
	Spread func(tenant uuid.UUID, counted map[string]int64)
}

type topics struct {
	loaded bool // every topic that is not in it was never touched
	n      map[string]int64
}

func newVersions() Versions {
	return Versions{
		self:  "ping " + id.New().String() + " ",
		heard: new(atomic.Int64),
		mu:    new(sync.RWMutex),
		known: map[uuid.UUID]*topics{},
	}
}

// Versions of topics on this pool.
func (d *DB) Versions() *Versions { return &d.versions }

// count is the last statement of a transaction that touched something.
func count(ctx context.Context, tx *Tx) (map[string]int64, error) {
	if tx.touched == nil {
		return nil, nil
	}
	rows, err := tx.Query(ctx, "SELECT topic, n FROM cache.touch($1)", tx.touched)
	if err != nil {
		return nil, fmt.Errorf("count versions: %w", err)
	}
	counted := map[string]int64{}
	var topic string
	var n int64
	_, err = pgx.ForEachRow(rows, []any{&topic, &n}, func() error { counted[topic] = n; return nil })
	return counted, err
}

func (v *Versions) committed(tenant uuid.UUID, counted map[string]int64) {
	for topic, n := range counted {
		v.Learn(tenant, topic, n)
	}
	if v.Spread != nil {
		v.Spread(tenant, counted)
	}
}

// Learn takes a version, unless a newer one is known.
func (v *Versions) Learn(tenant uuid.UUID, topic string, n int64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	t := v.known[tenant]
	if t == nil {
		t = &topics{n: map[string]int64{}}
		v.known[tenant] = t
	}
	if t.n[topic] < n {
		t.n[topic] = n
	}
}

// Forget lets the versions of an institution be read from the database when they are next asked for.
func (v *Versions) Forget(tenant uuid.UUID) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.known, tenant)
}

func (v *Versions) forgetAll() {
	v.mu.Lock()
	defer v.mu.Unlock()
	clear(v.known)
}

// fresh tells whether nothing that was committed longer than Stale ago can be unknown.
func (v *Versions) fresh() bool {
	return time.Since(time.Unix(0, v.heard.Load())) < Stale
}

// AppendVersions appends the versions of topics in the viewer's
// institution to a key. Not ok: this process cannot know them just now.
func (d *DB) AppendVersions(ctx context.Context, key []byte, list []string) (_ []byte, ok bool, err error) {
	ok, err = d.withVersions(ctx, func(n map[string]int64) {
		for _, topic := range list {
			key = strconv.AppendInt(append(key, 0), n[topic], 36)
		}
	})
	return key, ok, err
}

// Version of one topic in the viewer's institution.
func (d *DB) Version(ctx context.Context, topic string) (n int64, ok bool, err error) {
	ok, err = d.withVersions(ctx, func(known map[string]int64) { n = known[topic] })
	return n, ok, err
}

// withVersions looks at the versions of the viewer's institution, if this process can know them.
func (d *DB) withVersions(ctx context.Context, look func(map[string]int64)) (bool, error) {
	v := &d.versions
	if !v.fresh() {
		return false, nil
	}
	tenant := viewer.From(ctx).Tenant
	for range 2 {
		v.mu.RLock()
		t := v.known[tenant]
		loaded := t != nil && t.loaded
		if loaded {
			look(t.n)
		}
		v.mu.RUnlock()
		if loaded {
			return true, nil
		}
		if err := d.loadVersions(ctx, tenant); err != nil {
			return false, err
		}
	}
	return false, nil // forgotten again meanwhile
}

func (d *DB) loadVersions(ctx context.Context, tenant uuid.UUID) error {
	v := &d.versions
	v.mu.Lock()
	t := v.known[tenant] // what is learned from here on is not older than what is read
	if t == nil || len(t.n) > mostTopics {
		t = &topics{n: map[string]int64{}}
		v.known[tenant] = t
	}
	v.mu.Unlock()
	rows, err := d.Read(ctx).Query(ctx, "SELECT topic, n FROM cache.version WHERE tenant_id = tenancy.here()")
	if err != nil {
		return fmt.Errorf("read versions: %w", err)
	}
	var topic string
	var n int64
	if _, err := pgx.ForEachRow(rows, []any{&topic, &n}, func() error {
		v.mu.Lock()
		defer v.mu.Unlock()
		t.n[topic] = max(t.n[topic], n)
		return nil
	}); err != nil {
		return fmt.Errorf("read versions: %w", err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	t.loaded = true
	return nil
}

// VersionFeed is to be followed; without it this process knows no versions.
func (d *DB) VersionFeed() Feed {
	v := &d.versions
	return Feed{Channel: versionChannel, Every: pingEvery,
		Began: v.forgetAll,
		CatchUp: func(ctx context.Context) error {
			_, err := d.pool.Exec(ctx, "SELECT pg_notify($1, $2)", versionChannel,
				v.self+strconv.FormatInt(time.Now().UnixNano(), 10))
			return err
		},
		Heard: func(_ context.Context, payload string) {
			if sent, mine := strings.CutPrefix(payload, v.self); mine {
				if at, err := strconv.ParseInt(sent, 10, 64); err == nil {
					v.heard.Store(at)
				}
				return
			}
			head, rest, _ := strings.Cut(payload, " ")
			number, topic, _ := strings.Cut(rest, " ")
			tenant, err := uuid.Parse(head)
			if n, bad := strconv.ParseInt(number, 10, 64); err == nil && bad == nil {
				v.Learn(tenant, topic, n)
			}
		}}
}
