package cache

import (
	"context"
	"crypto/hmac"
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

// The second tier runs on goroutines of its own, so that no request waits for it longer than redisPatience: connect
// until Redis is there, write what put hands over, learn the versions that invalidated was told of. A failure
// leaves Redis alone for a second. Nothing is lost by that: the first tier and PostgreSQL's notifications do
// without.

const (
	entryPrefix   = "stoa:answer:"
	versionPrefix = "stoa:version:"
	redisPatience = 100 * time.Millisecond // longer, and building the answer is quicker
	leaveAlone    = time.Second            // after a failure
)

// shared is the second tier. Versions go through it too: whoever commits writes them to
// keys that Redis tracks for every process (server-assisted client caching in broadcast
// mode). PostgreSQL's notifications say the same; with Redis lost they are enough.
//
// Redis is foreign: whoever can write to it must not be able to put words into our
// mouth. An answer is believed only with the mark that the installation's key makes
// of it and its name; what somebody else wrote, or moved, is as if it were not there.
type shared struct {
	dialed   atomic.Pointer[rueidis.Client] // nil until Redis is there
	key      []byte
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

func dial(address, build string, key []byte, versions *db.Versions) (*shared, error) {
	o, err := rueidis.ParseURL(address)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &shared{
		key:      key,
		build:    build,
		versions: versions,
		changed:  make(chan []string, 1024),
		puts:     make(chan put, 256),
		stop:     stop,
	}
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

// connect goes on until Redis is there: without it everything works, only
// not as quickly. Connections that are lost come back by themselves.
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

// client is not there until Redis is, nor while it has just
// failed: a lost Redis costs a wait a second, not one a request.
func (s *shared) client() (rueidis.Client, bool) {
	if s == nil || time.Since(time.Unix(0, s.failed.Load())) <= leaveAlone {
		return nil, false
	}
	client := s.dialed.Load()
	if client == nil {
		return nil, false
	}
	return *client, true
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
	client, there := s.client()
	if !there {
		return nil, false
	}
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	name := s.name(key)
	sealed, err := client.Do(ctx, client.B().Get().Key(name).Build()).AsBytes()
	if err != nil {
		if !rueidis.IsRedisNil(err) {
			s.fail(ctx, err)
		}
		return nil, false
	}
	return s.believed(name, sealed)
}

// mark is what an answer of ours is known by, under its name.
func (s *shared) mark(name string, raw []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(name))
	mac.Write(raw)
	return mac.Sum(nil)
}

func (s *shared) believed(name string, sealed []byte) ([]byte, bool) {
	if len(sealed) < sha256.Size {
		return nil, false
	}
	mark, raw := sealed[:sha256.Size], sealed[sha256.Size:]
	return raw, hmac.Equal(mark, s.mark(name, raw))
}

// put hands an answer over to be written; when much waits to be written already, it is left out.
func (s *shared) put(key string, raw []byte) {
	if _, there := s.client(); !there {
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
			client, there := s.client()
			if !there {
				continue
			}
			name := s.name(p.key)
			sealed := append(s.mark(name, p.raw), p.raw...)
			err := client.Do(
				ctx, client.B().Set().Key(name).Value(rueidis.BinaryString(sealed)).Ex(life).Build(),
			).Error()
			if err != nil && ctx.Err() == nil {
				s.fail(ctx, err)
			}
		}
	}
}

// spread tells of a commit. Failing does no harm: the notifications of PostgreSQL are on their way.
func (s *shared) spread(tenant uuid.UUID, counted map[string]int64) {
	client, there := s.client()
	if !there {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), redisPatience)
	defer cancel()
	var commands []rueidis.Completed
	for topic, n := range counted {
		name := versionPrefix + tenant.String() + ":" + topic
		commands = append(commands, client.B().Set().Key(name).Value(s.version(name, n)).Ex(time.Hour).Build())
	}
	for _, r := range client.DoMulti(ctx, commands...) {
		if err := r.Error(); err != nil {
			s.fail(ctx, err)
			return
		}
	}
}

// version is a number with its mark: a forged one that is too
// high would keep every process from ever hearing of another.
func (s *shared) version(name string, n int64) string {
	text := strconv.FormatInt(n, 10)
	return text + " " + hex.EncodeToString(s.mark(name, []byte(text)))
}

func (s *shared) versionOf(name, value string) (n int64, ok bool) {
	text, _, _ := strings.Cut(value, " ")
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && hmac.Equal([]byte(value), []byte(s.version(name, n)))
}

// invalidated is called on the connection's own goroutine, perhaps
// before the client is ours: it must not wait, fail, or ask back.
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
		client, there := s.client()
		if !there {
			continue // the notifications of PostgreSQL tell it
		}
		for _, key := range keys {
			value, err := client.Do(ctx, client.B().Get().Key(key).Build()).ToString()
			if err != nil {
				continue
			}
			n, ok := s.versionOf(key, value)
			if !ok {
				continue
			}
			head, topic, _ := strings.Cut(strings.TrimPrefix(key, versionPrefix), ":")
			if tenant, err := uuid.Parse(head); err == nil {
				s.versions.Learn(tenant, topic, n)
			}
		}
	}
}
