package audit_test

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"stoa/internal/audit"
	"stoa/internal/base/db"
	"stoa/internal/base/dbtest"
	"stoa/internal/base/id"
	"stoa/internal/base/viewer"
)

func write(t testing.TB, ctx context.Context, n int) {
	t.Helper()
	err := dbtest.DB(t).Write(ctx, func(tx *db.Tx) error {
		for i := range n {
			c := audit.Change{
				Verb:   "course.put",
				Type:   "course",
				ID:     id.New(),
				Before: map[string]any{"title": "Old", "n": i},
				After:  map[string]any{"title": "New", "n": i},
			}
			if err := audit.Record(ctx, tx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB) *audit.Log {
	t.Helper()
	l, err := audit.Open(dbtest.DB(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func prove(t testing.TB, l *audit.Log, ctx context.Context, kept ...audit.Head) audit.Proof {
	t.Helper()
	p, err := l.Verify(ctx, kept)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// vandal does what an administrator of the database can: switch the triggers off and write.
func vandal(t testing.TB, sql string, args ...any) {
	t.Helper()
	conn := dbtest.Superuser(t)
	ctx := context.Background()
	tx, err := conn.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(ctx, "SET LOCAL session_replication_role = replica"); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(ctx, sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	if err := tx.Commit(ctx); err != nil {
		t.Fatal(err)
	}
}

// Each of 10,000 sealed entries is altered, in one of many ways; every one is found, and nothing else.
func TestEveryAlteredEntryIsFound(t *testing.T) {
	t.Parallel()
	ctx := dbtest.Institution(t)
	tenant := viewer.From(ctx).Tenant
	l := open(t)
	const altered, sound = 10_000, 2_000
	for range (altered + sound) / 2000 {
		write(t, ctx, 2000)
		if err := l.Seal(ctx); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	if p := prove(t, l, ctx); len(p.Findings) != 0 || p.Entries != altered+sound {
		t.Fatalf("%d findings in %d entries that nobody touched", len(p.Findings), p.Entries)
	}
	t.Logf("%.0f entries/s verified", (altered+sound)/time.Since(began).Seconds())
	conn := dbtest.Superuser(t)
	found, err := conn.Query(ctx, "SELECT id FROM audit.entry WHERE tenant_id = $1", tenant)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := pgx.CollectRows(found, pgx.RowTo[uuid.UUID])
	if err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	rng.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	ways := []string{
		"at = at + interval '1 microsecond'", "at = at - interval '1 year'", "actor_id = gen_random_uuid()",
		"impersonator_id = gen_random_uuid()", "verb = verb || ' '",
		"verb = 'course.get'", "object_type = 'person'", "object_id = gen_random_uuid()", "before = NULL",
		"after = NULL", "before = after", `after = after || '{"title": "new"}'`,
		`after = after - 'n'`, "request_id = request_id || 'x'", "address = '10.0.0.1'",
		"verb = object_type, object_type = verb", "before = after, after = before",
	}
	groups := make([][]uuid.UUID, len(ways)+1)
	for _, target := range ids[:altered] {
		way := rng.IntN(len(groups))
		groups[way] = append(groups[way], target)
	}
	for i, way := range ways {
		vandal(t, "UPDATE audit.entry SET "+way+" WHERE tenant_id = $1 AND id = ANY ($2)", tenant, groups[i])
	}
	vandal(t, "DELETE FROM audit.entry WHERE tenant_id = $1 AND id = ANY ($2)", tenant, groups[len(ways)])
	reported := map[uuid.UUID]bool{}
	for _, f := range prove(t, l, ctx).Findings {
		if f.Entry != nil {
			reported[*f.Entry] = true
		}
	}
	for _, target := range ids[:altered] {
		if !reported[target] {
			t.Fatalf("%s was altered and not found", target)
		}
		delete(reported, target)
	}
	if len(reported) != 0 {
		t.Errorf("%d false alarms: %v", len(reported), slices.Collect(maps.Keys(reported)))
	}
}

func TestAlteredChainsAreFound(t *testing.T) {
	t.Parallel()
	for name, attack := range map[string]func(t *testing.T, l *audit.Log, ctx context.Context, tenant uuid.UUID){
		"a block deleted from the middle": func(t *testing.T, _ *audit.Log, _ context.Context, tenant uuid.UUID) {
			vandal(t, "DELETE FROM audit.block WHERE tenant_id = $1 AND number = 2", tenant)
		},
		"the last block cut off with its entries": func(
			t *testing.T, _ *audit.Log, _ context.Context, tenant uuid.UUID,
		) {
			vandal(t, `DELETE FROM audit.entry
				WHERE tenant_id = $1
				AND id = ANY ((SELECT entries FROM audit.block WHERE tenant_id = $1 AND number = 3)::uuid[])`, tenant)
			vandal(t, "DELETE FROM audit.block WHERE tenant_id = $1 AND number = 3", tenant)
		},
		"two entries changed places": func(t *testing.T, _ *audit.Log, _ context.Context, tenant uuid.UUID) {
			vandal(t, `UPDATE audit.block SET entries = ARRAY[entries[2], entries[1]] || entries[3:]
				WHERE tenant_id = $1 AND number = 1`, tenant)
		},
		"two blocks changed numbers": func(t *testing.T, _ *audit.Log, _ context.Context, tenant uuid.UUID) {
			vandal(t, "UPDATE audit.block SET number = 10 + number WHERE tenant_id = $1 AND number < 3", tenant)
			vandal(t, "UPDATE audit.block SET number = 13 - number WHERE tenant_id = $1 AND number > 10", tenant)
		},
		"an entry slipped in": func(t *testing.T, _ *audit.Log, _ context.Context, tenant uuid.UUID) {
			vandal(t, `INSERT INTO audit.entry (tenant_id, id, verb, object_type, object_id)
				VALUES ($1, gen_random_uuid(), 'person.ban', 'person', gen_random_uuid())`, tenant)
		},
		"an entry taken out of its block, hash mended": func(
			t *testing.T, _ *audit.Log, _ context.Context, tenant uuid.UUID,
		) {
			vandal(t, `UPDATE audit.block SET entries = entries[2:], leaves = substr(leaves, 33)
				WHERE tenant_id = $1 AND number = 3`, tenant)
		},
		"the whole chain made anew with another key": func(
			t *testing.T, _ *audit.Log, ctx context.Context, tenant uuid.UUID,
		) {
			vandal(t, "DELETE FROM audit.block WHERE tenant_id = $1", tenant)
			vandal(t, "UPDATE audit.entry SET verb = 'course.get' WHERE tenant_id = $1", tenant)
			vandal(t, "UPDATE audit.place SET block = NULL WHERE tenant_id = $1", tenant)
			if err := open(t).Seal(ctx); err != nil {
				t.Fatal(err)
			}
		},
		"the whole chain made anew with our key": func(
			t *testing.T, l *audit.Log, ctx context.Context, tenant uuid.UUID,
		) {
			vandal(t, "DELETE FROM audit.block WHERE tenant_id = $1", tenant)
			vandal(t, "UPDATE audit.entry SET verb = 'course.get' WHERE tenant_id = $1", tenant)
			vandal(t, "UPDATE audit.place SET block = NULL WHERE tenant_id = $1", tenant)
			if err := l.Seal(ctx); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := dbtest.Institution(t)
			l := open(t)
			for range 3 {
				write(t, ctx, 5)
				if err := l.Seal(ctx); err != nil {
					t.Fatal(err)
				}
			}
			sound := prove(t, l, ctx)
			if len(sound.Findings) != 0 || sound.Head == nil || sound.Head.Number != 3 {
				t.Fatalf("before: %+v", sound)
			}
			attack(t, l, ctx, viewer.From(ctx).Tenant)
			if p := prove(t, l, ctx, *sound.Head); len(p.Findings) == 0 {
				t.Error("nothing was found")
			}
		})
	}
}

// Two sealers and many writers at once: one chain, every entry in it once.
func TestSealersDoNotForkTheChain(t *testing.T) {
	t.Parallel()
	ctx := dbtest.Institution(t)
	folder := t.TempDir()
	var sealers []*audit.Log
	for range 2 {
		l, err := audit.Open(dbtest.DB(t), folder)
		if err != nil {
			t.Fatal(err)
		}
		sealers = append(sealers, l)
	}
	done := make(chan error)
	for range 4 {
		go func() {
			for range 10 {
				write(t, ctx, 3)
			}
			done <- nil
		}()
	}
	for _, l := range sealers {
		go func() {
			for range 30 {
				if err := l.Seal(ctx); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 6 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if err := sealers[0].Seal(ctx); err != nil {
		t.Fatal(err)
	}
	kept, _, err := audit.KeptHeads(folder + "/audit-heads.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	p := prove(t, sealers[1], ctx, kept[viewer.From(ctx).Tenant]...)
	if p.Entries != 120 || len(p.Findings) != 0 || len(kept[viewer.From(ctx).Tenant]) != p.Blocks {
		t.Errorf("%d entries in %d blocks, %d heads kept, findings %v",
			p.Entries, p.Blocks, len(kept[viewer.From(ctx).Tenant]), p.Findings)
	}
}
