// Package cache keeps answers: encoded bytes under a key that says whose they are and which
// versions of its topics they were built from (db.Tx.Touch). A write makes what was built
// before it unreachable at once; nothing is hunted down. The first tier is this process's
// memory; the second, when there is one, is Redis or Valkey, which other processes share.
//
// Who wrote something never reads what was before it. Other processes read it no longer than
// db.Stale afterwards: whenever that cannot be known, nothing is answered from the cache.
package cache

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/prometheus/client_golang/prometheus"

	"stoa/internal/base/db"
	"stoa/internal/base/viewer"
)

const (
	life     = 10 * time.Minute // of an entry; versions end it sooner
	overhead = 300              // bytes of an entry beside its content
	patience = 20 * time.Second // for an answer that many wait for
)

// Cache is safe for use by many at once. A nil Cache keeps nothing.
type Cache struct {
	db     *db.DB
	memory *otter.Cache[string, *Body]
	shared *shared // nil without Redis
	asked  *prometheus.CounterVec
}

// Options of a cache.
type Options struct {
	Bytes int    // of memory, about; 0: no cache
	Redis string // address as redis://…; empty: memory only
	Build string // of the program: another one may encode the same answer differently
	Key   []byte // secret of the installation: what Redis holds is believed only when it was made with it
}

// New is a cache in front of a database whose version feed is followed. Closed by Close. Without memory it is nil.
func New(d *db.DB, o Options, r prometheus.Registerer) (*Cache, error) {
	if o.Bytes <= 0 {
		return nil, nil
	}
	c := &Cache{db: d}
	var err error
	if c.memory, err = otter.New(&otter.Options[string, *Body]{
		MaximumWeight:    uint64(o.Bytes),
		Weigher:          func(key string, b *Body) uint32 { return uint32(len(key) + 2*len(b.Plain) + overhead) },
		ExpiryCalculator: otter.ExpiryWriting[string, *Body](life),
	}); err != nil {
		return nil, err
	}
	c.asked = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "stoa_cache_answers_total", Help: "Cacheable answers by where they came from: memory, joined " +
			"(another request was building it), redis, built (a miss), bypassed (versions unknown).",
	}, []string{"answer", "from"})
	r.MustRegister(c.asked, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "stoa_cache_bytes", Help: "Weight of the answers in memory.",
	},
		func() float64 { return float64(c.memory.WeightedSize()) }))
	if o.Redis != "" {
		if c.shared, err = dial(o.Redis, o.Build, o.Key, d.Versions()); err != nil {
			return nil, fmt.Errorf("STOA_REDIS_URL: %w", err)
		}
	}
	return c, nil
}

// Close ends the connections to Redis.
func (c *Cache) Close() {
	if c != nil && c.shared != nil {
		c.shared.close()
	}
}

// Key names an answer. The institution and the language are taken from the viewer, so no caller can leave them out.
type Key struct {
	Name   string   // of the answer, the same for all of its kind: it is a metric's label
	Class  string   // the viewers who get the same answer
	Args   string   // what was asked
	Topics []string // what it is built from
}

// append writes the whole key but for the versions. Parts cannot run
// into each other: none holds a NUL, or its length is before it.
func (k Key) append(ctx context.Context, out []byte) []byte {
	v := viewer.From(ctx)
	out = append(out, v.Tenant[:]...)
	for _, part := range [...]string{v.Locale, k.Name, k.Class, k.Args} {
		out = append(out, byte(len(part)), byte(len(part)>>8), byte(len(part)>>16))
		out = append(out, part...)
	}
	for _, topic := range k.Topics {
		out = append(append(out, topic...), 0)
	}
	return out
}

// Bytes is an answer as it goes over the wire: kept, or built by load. Of many who
// miss the same one, one builds it. What load returns with an error is not kept.
func (c *Cache) Bytes(ctx context.Context, k Key, load func(context.Context) ([]byte, error)) (*Body, error) {
	build := func(ctx context.Context) (*Body, error) {
		raw, err := load(ctx)
		if err != nil {
			return nil, err
		}
		return NewBody(raw), nil
	}
	return c.body(ctx, k, build)
}

func (c *Cache) body(ctx context.Context, k Key, build func(context.Context) (*Body, error)) (*Body, error) {
	if c == nil {
		return build(ctx)
	}
	var space [512]byte
	key, known, err := c.db.AppendVersions(ctx, k.append(ctx, space[:0]), k.Topics)
	if err != nil {
		return nil, err
	}
	if !known {
		c.count(k, "bypassed")
		return build(ctx)
	}
	full := string(key)
	if b, ok := c.memory.GetIfPresent(full); ok {
		c.count(k, "memory")
		return b, nil
	}
	// Others wait for the same answer: it is not given up because the first one to ask went away.
	from := "joined"
	b, err := c.memory.Get(context.WithoutCancel(ctx), full,
		otter.LoaderFunc[string, *Body](func(ctx context.Context, _ string) (*Body, error) {
			ctx, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			if raw, ok := c.shared.get(ctx, full); ok {
				from = "redis"
				return NewBody(raw), nil
			}
			from = "built"
			b, err := build(ctx)
			if err == nil {
				c.shared.put(full, b.Plain)
			}
			return b, err
		}))
	c.count(k, from)
	return b, err
}

func (c *Cache) count(k Key, from string) { c.asked.WithLabelValues(k.Name, from).Inc() }

// Get is a value that is kept as JSON, and decoded once in each process: whoever gets it must not change it.
func Get[T any](ctx context.Context, c *Cache, k Key, load func(context.Context) (T, error)) (T, error) {
	var none T
	b, err := c.body(ctx, k, func(ctx context.Context) (*Body, error) {
		value, err := load(ctx)
		if err != nil {
			return nil, err
		}
		if c == nil {
			return &Body{value: func() (any, error) { return value, nil }}, nil
		}
		raw, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("keep %s: %w", k.Name, err)
		}
		b := NewBody(raw)
		b.value = func() (any, error) { return value, nil }
		return b, nil
	})
	if err != nil {
		return none, err
	}
	value, err := b.decoded(func() (any, error) {
		var value T
		err := json.Unmarshal(b.Plain, &value)
		return value, err
	})
	if err != nil {
		return none, fmt.Errorf("read %s: %w", k.Name, err)
	}
	t, ok := value.(T)
	if !ok {
		return none, errors.New("two kinds of answers are kept by the name " + k.Name)
	}
	return t, nil
}
