package httpapi

import (
	"bytes"
	"context"
	"crypto/hmac"
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

// once does a request that carries a key no more than once, whatever becomes of its answer: an equal
// one is answered with what the first was. The key is claimed in the request's own transaction, so
// that what was rolled back may be tried again. It holds for whoever is signed in, and for POST,
// which makes something new each time. Requests are kept as marks of the installation's key: their
// bodies may hold passwords, which a plain hash would let whoever has a copy of the database guess.
func once(api huma.API, d *db.DB, mark []byte) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		key := r.Header.Get(keyHeader)
		if ctx.Method() != http.MethodPost || key == "" || len(ctx.Operation().Security) == 0 {
			next(ctx)
			return
		}
		if len(key) > longestKey || !clean(key) {
			_ = writeProblem(api, ctx, ProblemOf(ctx.Context(),
				errs.InvalidField("header."+keyHeader, "may be 200 bytes of text at most")))
			return
		}
		request, err := fingerprint(ctx.Operation(), r, mark)
		if err == nil {
			err = answerOnce(api, ctx, d, next, viewer.Once{Key: key, Request: request})
		}
		if err != nil {
			WriteProblem(w, r, err)
		}
	}
}

// fingerprint tells requests apart: the same key with another one
// is a mistake. What no operation reads is not read here either.
func fingerprint(op *huma.Operation, r *http.Request, mark []byte) ([]byte, error) {
	h := hmac.New(sha256.New, mark)
	h.Write([]byte(r.Method + " " + r.URL.RequestURI() + "\n"))
	if takesJSON(op) {
		body, err := io.ReadAll(r.Body) // in memory already
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		h.Write(body)
	}
	return h.Sum(nil), nil
}

const secretKey = "secret"

// Secret is of an operation whose answer holds what is shown once
// and kept nowhere: not on its way, and not for whoever asks again.
func Secret() Op {
	return func(o *huma.Operation) {
		withMetadata(secretKey, true)(o)
		o.Middlewares = append(o.Middlewares, func(ctx huma.Context, next func(huma.Context)) {
			ctx.SetHeader("Cache-Control", noStore)
			next(ctx)
		})
	}
}

func answerOnce(api huma.API, ctx huma.Context, d *db.DB, next func(huma.Context), key viewer.Once) error {
	r, w := humago.Unwrap(ctx)
	if done, err := replayed(r.Context(), d, w, key); done || err != nil {
		return err
	}
	own := &recorded{header: http.Header{}}
	asOne(r.Context(), &key, func() { next(humago.NewContext(ctx.Operation(), r, own)) })
	if own.status == http.StatusConflict && !key.Claimed { // perhaps because an equal one is being done
		if done, err := replayed(r.Context(), d, w, key); done || err != nil {
			return err
		}
	}
	if key.Claimed && own.status < http.StatusInternalServerError {
		keep(api, ctx, d, key, own)
	}
	own.replay(w)
	return nil
}

// asOne does a request's work under its key. What is written about
// the request afterwards, as that it was refused, is not part of it.
func asOne(ctx context.Context, key *viewer.Once, work func()) {
	v := viewer.From(ctx)
	before := v
	v.Once = key
	viewer.Become(ctx, v)
	defer func() { viewer.Become(ctx, before) }()
	work()
}

// keep keeps an answer for whoever asks again; in place of a secret one, that it was given.
func keep(api huma.API, ctx huma.Context, d *db.DB, key viewer.Once, answer *recorded) {
	if secret, _ := ctx.Operation().Metadata[secretKey].(bool); secret && answer.status < http.StatusMultipleChoices {
		answer = &recorded{header: http.Header{}}
		_ = writeProblem(api, humago.NewContext(ctx.Operation(), nil, answer), ProblemOf(ctx.Context(), db.ErrDone))
	}
	kept := context.WithoutCancel(ctx.Context())
	err := d.KeepAnswer(kept, key.Key, answer.status, answer.header.Get("Content-Type"), answer.body.Bytes())
	if err != nil {
		slog.WarnContext(ctx.Context(), "an answer was not kept for whoever asks again", "error", err)
	}
}

// replayed answers with what an equal request was answered, if there was one, waiting for it a while.
func replayed(ctx context.Context, d *db.DB, w http.ResponseWriter, key viewer.Once) (bool, error) {
	for began := time.Now(); ; {
		a, found, err := d.Answered(ctx, key.Key)
		switch {
		case err != nil || !found:
			return false, err
		case !bytes.Equal(a.Request, key.Request):
			return false, errs.InvalidField("header."+keyHeader,
				"was used for another request").WithCode("idempotency-key")
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
