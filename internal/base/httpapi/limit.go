package httpapi

import (
	"context"
	"math"
	"net/netip"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"

	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
)

// Limits are requests per second that one process answers for a person, for the visitors of
// a network, and for an institution. Ten seconds' worth may come at once. Zero is no limit.
type Limits struct{ Person, Network, Institution float64 }

const burstSeconds = 10

// Limiter holds everybody to their limits. An operation that costs more than others counts as several (see Cost).
type Limiter struct {
	limits  Limits
	exempt  func(institution uuid.UUID) bool
	buckets *otter.Cache[bucket, *rate.Limiter]
}

// bucket is whose requests are counted together: a person's, an
// institution's, or those of an institution's visitors from one network.
type bucket struct {
	tenant, person uuid.UUID
	network        string
}

// NewLimiter spares the institutions that exempt names.
func NewLimiter(l Limits, exempt func(uuid.UUID) bool) *Limiter {
	full := burstSeconds * time.Second // an unused bucket is full again, and can be forgotten
	return &Limiter{l, exempt, otter.Must(&otter.Options[bucket, *rate.Limiter]{
		MaximumSize: 200_000, ExpiryCalculator: otter.ExpiryAccessing[bucket, *rate.Limiter](full),
	})}
}

const costKey = "cost"

// Cost is how many requests of others an operation is worth.
func Cost(n int) Op { return withMetadata(costKey, n) }

func (l *Limiter) middleware(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		cost, ok := ctx.Operation().Metadata[costKey].(int)
		if !ok {
			cost = 1
		}
		if err := l.Allow(ctx.Context(), cost); err != nil {
			_ = writeProblem(api, ctx, ProblemOf(ctx.Context(), err))
			return
		}
		next(ctx)
	}
}

// Allow counts a request, or says how long to wait. What is refused is not counted.
func (l *Limiter) Allow(ctx context.Context, cost int) error {
	v := viewer.From(ctx)
	if l.exempt(v.Tenant) {
		return nil
	}
	who, most := bucket{tenant: v.Tenant, person: v.Person}, l.limits.Person
	if !v.SignedIn() {
		who, most = bucket{tenant: v.Tenant, network: Network(v.Address)}, l.limits.Network
	}
	now := time.Now()
	var taken [2]*rate.Reservation
	for i, counted := range [2]struct {
		bucket
		most float64
	}{{who, most}, {bucket{tenant: v.Tenant}, l.limits.Institution}} {
		if counted.most <= 0 {
			continue
		}
		b, _ := l.buckets.ComputeIfAbsent(counted.bucket, func() (*rate.Limiter, bool) {
			return rate.NewLimiter(rate.Limit(counted.most), max(1, int(counted.most*burstSeconds))), false
		})
		r := b.ReserveN(now, min(cost, b.Burst()))
		taken[i] = r
		if wait := r.DelayFrom(now); wait > 0 {
			for _, t := range taken[:i+1] {
				if t != nil {
					t.CancelAt(now)
				}
			}
			return errs.New(
				errs.TooMany, "That was much at once. Wait a moment and try again.",
			).WithCode("too-many-requests").With("retry_after", int(math.Ceil(wait.Seconds())))
		}
	}
	return nil
}

// Network is the part of an address that one customer usually has: /24 of IPv4, /56 of IPv6.
func Network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	bits := 24
	if a = a.Unmap(); a.Is6() {
		bits = 56
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return address
	}
	return p.String()
}
