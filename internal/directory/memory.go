package directory

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"stoa/internal/base/db"
	"stoa/internal/base/viewer"
	"stoa/internal/directory/internal/index"
)

// The index of an institution in memory, and how it follows changes. memory holds a follower for each institution;
// build reads all people once, in the background, and look brings what was read to now: it asks for what the
// snapshot of the look before did not see. Who looks: a commit of this process before it is answered (follow), the
// feed (Follow), and whoever was told of a newer version than the index has (catchUp). When anything is doubtful
// the index is left, engine takes PostgreSQL, and build begins anew. At the end stands inMemory, the engine that
// asks the index; the index itself is package index.

const (
	changeChannel = "stoa_directory"
	lookEvery     = time.Second
	deafAfter     = 5 * time.Second  // without the feed for so long, PostgreSQL answers
	idleAfter     = 30 * time.Minute // an index that nobody asks goes
	gapAfter      = 45 * time.Minute // changes are kept for an hour
	manyChanges   = 5000             // are read anew with everything else
)

// memory holds the indexes of institutions. One is built when it is first asked
// for; until then, and when anything is wrong with it, PostgreSQL answers.
type memory struct {
	ctx       context.Context
	db        *db.DB
	most      int            // people of an institution
	heard     atomic.Int64   // when the feed was last known to be whole, in unix nanoseconds
	told      chan uuid.UUID // institutions with changes; none: a look at all is due
	mu        sync.Mutex
	followers map[uuid.UUID]*follower
}

// follower is an institution's index and where it stands in the sequence of changes.
type follower struct {
	index    atomic.Pointer[index.Index]
	used     atomic.Int64
	building atomic.Bool
	notUntil atomic.Int64 // when building may be tried again
	looks    atomic.Int64 // begun
	version  atomic.Int64 // of the directory, that the index has at least

	mu       sync.Mutex // one look at a time
	snapshot string     // of the last one
	at       time.Time  // the database's clock then
}

func newMemory(ctx context.Context, d *db.DB, most int) *memory {
	return &memory{ctx: ctx, db: d, most: most, told: make(chan uuid.UUID, 256), followers: map[uuid.UUID]*follower{}}
}

// index is an institution's, or nil when PostgreSQL is to answer.
func (m *memory) index(tenant uuid.UUID) *index.Index {
	if m.most == 0 || time.Since(time.Unix(0, m.heard.Load())) > deafAfter {
		return nil
	}
	m.mu.Lock()
	f := m.followers[tenant]
	if f == nil {
		f = &follower{}
		m.followers[tenant] = f
	}
	m.mu.Unlock()
	f.used.Store(time.Now().UnixNano())
	x := f.index.Load()
	if x == nil {
		m.build(tenant, f)
	}
	return x
}

// build begins to build an index, unless that is being done.
func (m *memory) build(tenant uuid.UUID, f *follower) {
	if time.Now().UnixNano() < f.notUntil.Load() || !f.building.CompareAndSwap(false, true) {
		return
	}
	go func() {
		defer f.building.Store(false)
		began := time.Now()
		ctx := viewer.With(m.ctx, viewer.Viewer{Tenant: tenant})
		x, err := m.built(ctx, f)
		switch {
		case errors.Is(err, errTooLarge):
			f.notUntil.Store(began.Add(10 * time.Minute).UnixNano())
		case err != nil:
			f.notUntil.Store(began.Add(deafAfter).UnixNano())
			if m.ctx.Err() == nil {
				slog.ErrorContext(ctx, "the directory could not be read into memory", "error", err)
			}
		default:
			slog.InfoContext(ctx, "directory in memory", "people", x.Len(), "ms", time.Since(began).Milliseconds())
		}
	}()
}

var errTooLarge = errors.New("the institution has too many people to be held in memory")

// rowColumns are what an index.Row takes: what everybody has, then the values of
// the dimensions, then those that people write in different ways as they are written.
var rowColumns = func() string {
	see := make([]string, len(parts))
	for i, part := range parts {
		see[i] = fmt.Sprintf("(p.see_%s::int << %d)", part, 2*i)
	}
	list := []string{"p.id", "p.sort_name", "p.batch_id",
		fmt.Sprintf("(%s | (%s << %d) | ((NOT p.confirmed)::int << %d))::int",
			strings.Join(see, " | "), mostHidden, 2*len(parts), 2*len(parts)+2),
		"tsvectorsend(p.words_everyone)", "tsvectorsend(NULLIF(p.words_alumni, p.words_everyone))",
		"tsvectorsend(NULLIF(p.words_batch, p.words_alumni))",
	}
	for _, d := range Dimensions {
		value := d.value()
		if d.many {
			value = fmt.Sprintf("array_to_string(%s, chr(%d))", value, index.Separator)
		}
		list = append(list, value)
	}
	for _, d := range Dimensions {
		if d.labelled {
			list = append(list, "p."+d.Name)
		}
	}
	return strings.Join(list, ", ")
}()

// built reads an institution into an index, with what changes meanwhile, and gives it to those who ask.
func (m *memory) built(ctx context.Context, f *follower) (*index.Index, error) {
	var snapshot string
	var at time.Time
	var people int
	err := m.db.Read(ctx).QueryRow(ctx, `SELECT pg_current_snapshot()::text, clock_timestamp(),
		(SELECT count(*) FROM directory.profile WHERE tenant_id = tenancy.here())`).Scan(&snapshot, &at, &people)
	if err != nil {
		return nil, err
	}
	if people > m.most {
		return nil, errTooLarge
	}
	x := index.New(people, indexDimensions)
	found, err := m.db.Read(ctx).Query(ctx, "SELECT word, name FROM directory.word WHERE tenant_id = tenancy.here()")
	if err != nil {
		return nil, err
	}
	var word string
	var name bool
	if _, err := pgx.ForEachRow(found, []any{&word, &name}, func() error {
		x.Know([]byte(word), name)
		return nil
	}); err != nil {
		return nil, err
	}
	if err := m.each(ctx, "SELECT "+rowColumns+` FROM directory.profile p
		WHERE p.tenant_id = tenancy.here() AND p.deleted_at IS NULL ORDER BY p.sort_name, p.id`, nil,
		x.Load); err != nil {
		return nil, err
	}
	x.Built()
	f.mu.Lock()
	defer f.mu.Unlock()
	if snapshot, at, err = m.look(ctx, f, x, snapshot, at); err != nil {
		return nil, err
	}
	f.snapshot, f.at = snapshot, at
	f.index.Store(x)
	return x, nil
}

// each reads people for an index.
func (m *memory) each(ctx context.Context, sql string, args []any, visit func(index.Row)) error {
	found, err := m.db.Read(ctx).Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer found.Close()
	for _, f := range found.FieldDescriptions() {
		if f.Format != pgx.BinaryFormatCode && f.DataTypeOID != pgtype.TextOID {
			return fmt.Errorf("%s did not come in binary form", f.Name)
		}
	}
	labels := make([][]byte, len(Dimensions))
	for found.Next() {
		v := found.RawValues()
		values, rest := v[7:7+len(Dimensions)], v[7+len(Dimensions):]
		for _, d := range Dimensions {
			if d.labelled {
				labels[d.number], rest = rest[0], rest[1:]
			}
		}
		visit(index.Row{
			ID:         uuid.UUID(v[0]),
			Name:       v[1],
			Batch:      v[2],
			See:        int(binary.BigEndian.Uint32(v[3])),
			Everyone:   v[4],
			Alumni:     v[5],
			Batchmates: v[6],
			Values:     values,
			Labels:     labels,
		})
	}
	return found.Err()
}

// look brings an index from a snapshot to now. The caller holds f.mu.
func (m *memory) look(
	ctx context.Context, f *follower, x *index.Index, snapshot string, at time.Time,
) (string, time.Time, error) {
	f.looks.Add(1)
	version, _, err := m.db.Version(ctx, topic) // before the look: it sees all that is counted by now
	if err != nil {
		return "", at, err
	}
	var next string
	var now time.Time
	var changed []uuid.UUID
	err = m.db.Read(ctx).QueryRow(ctx, `SELECT pg_current_snapshot()::text, clock_timestamp(),
		array(SELECT DISTINCT c.person_id FROM directory.change c
		WHERE c.tenant_id = tenancy.here() AND c.xid >= pg_snapshot_xmin($1::text::pg_snapshot)
		AND NOT pg_visible_in_snapshot(c.xid, $1::text::pg_snapshot) LIMIT $2)`,
		snapshot, manyChanges+1).Scan(&next, &now, &changed)
	if err != nil {
		return "", now, err
	}
	if now.Sub(at) > gapAfter || len(changed) > manyChanges {
		return "", now, errGap
	}
	if len(changed) > 0 {
		gone := map[uuid.UUID]bool{}
		for _, id := range changed {
			gone[id] = true
		}
		err = m.each(ctx, "SELECT "+rowColumns+` FROM directory.profile p
			WHERE p.tenant_id = tenancy.here() AND p.deleted_at IS NULL AND p.id = ANY ($1)`, []any{changed},
			func(r index.Row) {
				x.Put(r)
				delete(gone, r.ID)
			})
		for id := range gone {
			x.Remove(id)
		}
	}
	if err == nil {
		f.version.Store(max(version, f.version.Load()))
	}
	return next, now, err
}

// catchUp brings an institution's index to a version of the directory that this process has heard of.
func (m *memory) catchUp(ctx context.Context, tenant uuid.UUID, version int64) {
	m.mu.Lock()
	f := m.followers[tenant]
	m.mu.Unlock()
	if f != nil && f.index.Load() != nil && f.version.Load() < version {
		m.follow(ctx, tenant)
	}
}

var errGap = errors.New("too much has changed since the last look")

// follow brings an institution's index to now. Whoever has just committed a change finds it afterwards.
func (m *memory) follow(ctx context.Context, tenant uuid.UUID) {
	m.mu.Lock()
	f := m.followers[tenant]
	m.mu.Unlock()
	if f == nil {
		return
	}
	before := f.looks.Load()
	f.mu.Lock()
	defer f.mu.Unlock()
	x := f.index.Load()
	if x == nil || f.looks.Load() > before { // a look that began after the change has seen it
		return
	}
	ctx = viewer.With(ctx, viewer.Viewer{Tenant: tenant})
	snapshot, at, err := m.look(ctx, f, x, f.snapshot, f.at)
	if err != nil {
		f.index.Store(nil)
		if !errors.Is(err, errGap) && ctx.Err() == nil {
			slog.WarnContext(ctx, "the directory in memory is left until it can be read anew", "error", err)
		}
		return
	}
	f.snapshot, f.at = snapshot, at
	if x.Worn() {
		m.build(tenant, f)
	}
}

// InMemory tells whether searches in the viewer's institution are answered
// from memory. If they could be and are not, it begins to see to it.
func (s *Service) InMemory(ctx context.Context) bool {
	return s.memory.index(viewer.From(ctx).Tenant) != nil
}

// Feed tells of what other processes change; Follow looks at it.
func (s *Service) Feed() db.Feed {
	m := s.memory
	wake := func(tenant uuid.UUID) {
		select {
		case m.told <- tenant:
		default: // the next look at all of them sees it
		}
	}
	return db.Feed{Channel: changeChannel, Every: lookEvery,
		CatchUp: func(context.Context) error { wake(uuid.Nil); return nil },
		Heard: func(_ context.Context, payload string) {
			if tenant, err := uuid.Parse(payload); err == nil {
				wake(tenant)
			}
		}}
}

// Follow keeps the indexes at what other processes change, until ctx ends. Without it PostgreSQL answers every search.
func (s *Service) Follow(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case tenant := <-s.memory.told:
			if tenant == uuid.Nil {
				s.memory.followAll(ctx)
			} else {
				s.memory.follow(ctx, tenant)
			}
		}
	}
}

// followAll looks at every index, and lets those go that nobody asks.
func (m *memory) followAll(ctx context.Context) {
	began := time.Now()
	m.mu.Lock()
	var tenants []uuid.UUID
	for tenant, f := range m.followers {
		if began.Sub(time.Unix(0, f.used.Load())) > idleAfter && !f.building.Load() {
			delete(m.followers, tenant)
		} else {
			tenants = append(tenants, tenant)
		}
	}
	m.mu.Unlock()
	for _, tenant := range tenants {
		m.follow(ctx, tenant)
	}
	m.heard.Store(began.UnixNano())
}

// inMemory finds people in an index and reads them from the database.
type inMemory struct {
	*Service
	index *index.Index
}

func (e inMemory) filter(a ask) index.Filter {
	f := index.Filter{Values: make([][]string, len(Dimensions))}
	for _, c := range a.conditions {
		for _, way := range c.ways {
			if way.column == c.column {
				f.Values[c.number] = way.values
				continue
			}
			f.Batches = make([]uuid.UUID, len(way.values)) // the other way to ask for a year
			for i, id := range way.values {
				f.Batches[i] = uuid.MustParse(id)
			}
		}
	}
	if a.words != "" {
		f.Words = words(a.words)
		f.Impossible = len(f.Words) == 0
		for _, w := range f.Words {
			if place, known := e.places[w]; known {
				if f.Places == nil {
					f.Places = map[string][]string{}
				}
				f.Places[w] = strings.Fields(place.key)
			}
		}
	}
	return f
}

func (l lens) viewer() index.Viewer {
	return index.Viewer{Me: l.me, Audience: l.audience, OwnBatch: l.ownBatch}
}

func (e inMemory) list(ctx context.Context, a ask) ([]Entry, []position, error) {
	var after *index.Position
	if a.after != nil {
		after = &index.Position{Tier: a.after.Tier, Year: a.after.Year, Name: a.after.Name, ID: a.after.ID}
	}
	order := map[string]index.Order{"relevance": index.ByRelevance, "batch": index.ByYearDown}[a.sort]
	hits := e.index.Find(a.lens.viewer(), e.filter(a), order, after, a.limit+1)
	positions := make([]position, len(hits))
	ids := make([]uuid.UUID, len(hits))
	for i, h := range hits {
		positions[i] = position{Tier: h.Tier, Year: h.Year, Name: h.Name, ID: h.ID}
		ids[i] = h.ID
	}
	ids = ids[:min(len(ids), a.limit)]
	if len(ids) == 0 {
		return []Entry{}, positions, nil
	}
	found, _, err := entries(ctx, e.db, a.lens, "SELECT "+entryColumns+", 0 FROM directory.profile p WHERE "+
		"p.tenant_id = tenancy.here() AND p.deleted_at IS NULL AND p.id = ANY ($2)", []any{a.lens.me, ids})
	if err != nil {
		return nil, nil, err
	}
	byID := make(map[uuid.UUID]int, len(found))
	for i := range found {
		byID[found[i].ID] = i
	}
	list := make([]Entry, 0, len(found))
	for _, id := range ids {
		if i, still := byID[id]; still {
			list = append(list, found[i])
		}
	}
	return list, positions, nil
}

func (e inMemory) count(_ context.Context, a ask) (Facets, error) {
	total, values := e.index.Count(a.lens.viewer(), e.filter(a))
	out := Facets{Total: total}
	size := 0
	for _, list := range values {
		size += len(list)
	}
	all := make([]FacetValue, 0, size) // one piece of memory for all lists
	for i, d := range Dimensions {
		if d.most == 0 {
			continue
		}
		from := len(all)
		for _, v := range values[i] {
			all = append(all, FacetValue{Value: v.Value, Label: v.Label, Count: v.Count})
		}
		*d.Counted(&out) = all[from:len(all):len(all)]
	}
	out.ordered()
	return out, nil
}

func (e inMemory) complete(_ context.Context, l lens, d *Dimension, letters string) ([]Suggestion, error) {
	var list []Suggestion
	for _, v := range e.index.Complete(l.viewer(), d.number, letters, 4) {
		list = append(list, Suggestion{Kind: d.Name, Value: v.Value, Label: v.Label, Count: v.Count})
	}
	return list, nil
}
