package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"stoa/internal/base/db"
	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
)

const (
	keyHeader  = "Idempotency-Key"
	longestKey = 200
	answerSoon = 5 * time.Second // for an equal request that is being done at this moment
)

// once does a request that carries a key no more than once, whatever becomes of its answer: an equal one is answered with what the first
// was, or, where that is not to be kept, with db.ErrDone. The key is claimed in the request's own transaction, so that what was rolled back
// may be tried again. It holds for whoever is signed in, and for POST, which makes something new each time.
func once(api huma.API, d *db.DB) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		key := r.Header.Get(keyHeader)
		if ctx.Method() != http.MethodPost || key == "" || !viewer.From(ctx.Context()).SignedIn() {
			next(ctx)
			return
		}
		if len(key) > longestKey || !clean(key) {
			_ = writeProblem(api, ctx, ProblemOf(ctx.Context(), errs.InvalidField("header."+keyHeader, "may be 200 bytes of text at most")))
			return
		}
		request, err := fingerprint(r)
		if err == nil {
			err = answerOnce(ctx, d, next, viewer.Once{Key: key, Request: request})
		}
		if err != nil {
			WriteProblem(w, r, err)
		}
	}
}

// fingerprint tells requests apart: the same key with another one is a mistake.
func fingerprint(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(r.Body) // in memory already
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	h := sha256.New()
	h.Write([]byte(r.Method + " " + r.URL.RequestURI() + "\n"))
	h.Write(body)
	return h.Sum(nil), nil
}

func answerOnce(ctx huma.Context, d *db.DB, next func(huma.Context), key viewer.Once) error {
	r, w := humago.Unwrap(ctx)
	if done, err := replayed(r.Context(), d, w, key); done || err != nil {
		return err
	}
	v := viewer.From(r.Context())
	v.Once = &key
	viewer.Become(r.Context(), v)
	own := &recorded{header: http.Header{}}
	next(humago.NewContext(ctx.Operation(), r, own))
	if own.status == http.StatusConflict && !key.Claimed { // perhaps because an equal one is being done
		if done, err := replayed(r.Context(), d, w, key); done || err != nil {
			return err
		}
	}
	if key.Claimed && own.status < http.StatusInternalServerError && own.header.Get("Cache-Control") != noStore {
		err := d.KeepAnswer(context.WithoutCancel(r.Context()), key.Key, own.status, own.header.Get("Content-Type"), own.body.Bytes())
		if err != nil {
			slog.WarnContext(r.Context(), "an answer was not kept for whoever asks again", "error", err)
		}
	}
	own.replay(w)
	return nil
}

// replayed answers with what an equal request was answered, if there was one, waiting for it a while.
func replayed(ctx context.Context, d *db.DB, w http.ResponseWriter, key viewer.Once) (bool, error) {
	for began := time.Now(); ; {
		a, found, err := d.Answered(ctx, key.Key)
		switch {
		case err != nil || !found:
			return false, err
		case !bytes.Equal(a.Request, key.Request):
			return false, errs.InvalidField("header."+keyHeader, "was used for another request").WithCode("idempotency-key")
		case a.Status != nil:
			h := w.Header()
			h.Set("Content-Type", a.ContentType)
			h.Set("Idempotency-Replayed", "true")
			w.WriteHeader(*a.Status)
			_, _ = w.Write(a.Content)
			return true, nil
		case time.Since(began) >= answerSoon:
			return false, db.ErrDone
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}
