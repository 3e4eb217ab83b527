package cache

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/redis/rueidis"

	"stoa/internal/base/db"
)

const (
	entryPrefix   = "stoa:answer:"
	versionPrefix = "stoa:version:"
	redisPatience = 100 * time.Millisecond // longer, and building the answer is quicker
	leaveAlone    = time.Second            // after a failure
)

// shared is the second tier. Versions go through it too: whoever commits writes them to keys that Redis tracks for every process
// (server-assisted client caching in broadcast mode). PostgreSQL's notifications say the same; with Redis lost they are enough.
type shared struct {
	dialed   atomic.Pointer[rueidis.Client] // nil until Redis is there
	build    string
	versions *db.Versions
	failed   atomic.Int64  // when it last failed, in unix nanoseconds
	changed  chan []string // keys of versions that somebody wrote
	puts     chan put
	stop     context.CancelFunc
}

type put struct {
	key string
	raw []byte
}

func dial(address, build string, versions *db.Versions) (*shared, error) {
	o, err := rueidis.ParseURL(address)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &shared{build: build, versions: versions, changed: make(chan []string, 1024), puts: make(chan put, 256), stop: stop}
	o.ClientTrackingOptions = []string{"PREFIX", versionPrefix, "BCAST"}
	o.OnInvalidations = s.invalidated
	o.DisableRetry = true
	o.ConnWriteTimeout = 2 * time.Second
	o.Dialer.Timeout = time.Second
	o.ReadBufferEachConn, o.WriteBufferEachConn = 64<<10, 64<<10
	o.PipelineMultiplex = -1 // one connection
	versions.Spread = s.spread
	go s.connect(ctx, o)
	go s.learn(ctx)
	go s.write(ctx)
	return s, nil
}

// connect goes on until Redis is there: without it everything works, only not as quickly. Connections that are lost come back by themselves.
func (s *shared) connect(ctx context.Context, o rueidis.ClientOption) {
	for ctx.Err() == nil {
		client, err := rueidis.NewClient(o)
		if err == nil {
			s.dialed.Store(&client)
			<-ctx.Done()
			client.Close()
			return
		}
		s.fail(ctx, err)
		select {
		case <-ctx.Done():
		case <-time.After(leaveAlone):
		}
	}
}

func (s *shared) close() { s.stop() }

func (s *shared) client() rueidis.Client { return *s.dialed.Load() }

// usable is not until Redis is there, nor while it has just failed: a lost Redis costs a wait a second, not one a request.
func (s *shared) usable() bool {
	return s != nil && s.dialed.Load() != nil && time.Since(time.Unix(0, s.failed.Load())) > leaveAlone
}

func (s *shared) fail(ctx context.Context, err error) {
	before := time.Unix(0, s.failed.Swap(time.Now().UnixNano()))
	if time.Since(before) > time.Minute {
		slog.WarnContext(ctx, "Redis does not answer; every process keeps its own answers until it does", "error", err)
	}
}

func (s *shared) name(key string) string {
	sum := sha256.Sum256([]byte(s.build + "\x00" + key))
	return entryPrefix + hex.EncodeToString(sum[:])
}

func (s *shared) get(ctx context.Context, key string) ([]byte, bool) {
	if !s.usable() {
		return nil, false
	}
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	raw, err := s.client().Do(ctx, s.client().B().Get().Key(s.name(key)).Build()).AsBytes()
	if err != nil && !rueidis.IsRedisNil(err) {
		s.fail(ctx, err)
	}
	return raw, err == nil
}

// put hands an answer over to be written; when much waits to be written already, it is left out.
func (s *shared) put(key string, raw []byte) {
	if !s.usable() {
		return
	}
	select {
	case s.puts <- put{key, raw}:
	default:
	}
}

func (s *shared) write(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case p := <-s.puts:
			if !s.usable() {
				continue
			}
			if err := s.client().Do(ctx, s.client().B().Set().Key(s.name(p.key)).Value(rueidis.BinaryString(p.raw)).Ex(life).Build()).Error(); err != nil && ctx.Err() == nil {
				s.fail(ctx, err)
			}
		}
	}
}

// spread tells of a commit. Failing does no harm: the notifications of PostgreSQL are on their way.
func (s *shared) spread(tenant uuid.UUID, counted map[string]int64) {
	if !s.usable() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), redisPatience)
	defer cancel()
	var commands []rueidis.Completed
	for topic, n := range counted {
		commands = append(commands, s.client().B().Set().Key(versionPrefix+tenant.String()+":"+topic).Value(strconv.FormatInt(n, 10)).Ex(time.Hour).Build())
	}
	for _, r := range s.client().DoMulti(ctx, commands...) {
		if err := r.Error(); err != nil {
			s.fail(ctx, err)
			return
		}
	}
}

// invalidated is called on the connection's own goroutine: it must not wait.
func (s *shared) invalidated(messages []rueidis.RedisMessage) {
	var keys []string
	for _, m := range messages {
		if key, err := m.ToString(); err == nil && strings.HasPrefix(key, versionPrefix) {
			keys = append(keys, key)
		}
	}
	if keys == nil {
		return
	}
	select {
	case s.changed <- keys:
	default: // the notifications of PostgreSQL tell it
	}
}

func (s *shared) learn(ctx context.Context) {
	for {
		var keys []string
		select {
		case <-ctx.Done():
			return
		case keys = <-s.changed:
		}
		for _, key := range keys {
			n, err := s.client().Do(ctx, s.client().B().Get().Key(key).Build()).AsInt64()
			if err != nil {
				continue
			}
			head, topic, _ := strings.Cut(strings.TrimPrefix(key, versionPrefix), ":")
			if tenant, err := uuid.Parse(head); err == nil {
				s.versions.Learn(tenant, topic, n)
			}
		}
	}
}
