package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/go-json-experiment/json/jsontext"

	"stoa/internal/base/errs"
	"stoa/internal/base/viewer"
)

const (
	visitorsBody = 64 << 10         // bytes: who is not known yet holds little memory
	bodyPatience = 20 * time.Second // for a body of JSON
	partPatience = time.Minute      // for the next part of a file
)

// cleanBody reads a body of JSON once it is known who sends it, and refuses what nobody should read:
// invalid UTF-8, and objects that name a field twice, of which whoever checks and whoever uses could see
// different ones (RFC 7493). Every body that is read as JSON comes through here, whatever it calls itself.
func cleanBody(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		op := ctx.Operation()
		if !takesJSON(op) {
			next(ctx)
			return
		}
		r, w := humago.Unwrap(ctx)
		body, err := readBody(w, r, op.MaxBodyBytes)
		if err == nil {
			body, err = visibleTexts(api, op, body)
		}
		if err != nil {
			_ = writeProblem(api, ctx, ProblemOf(ctx.Context(), err))
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next(ctx)
	}
}

func takesJSON(op *huma.Operation) bool {
	return op.RequestBody != nil && op.RequestBody.Content["application/json"] != nil
}

func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if !viewer.From(r.Context()).SignedIn() {
		limit = min(limit, visitorsBody)
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyPatience)) // a test's recorder has none
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, errs.New(errs.TooLarge, tooLarge(limit))
	case err != nil:
		return nil, errs.New(errs.Invalid, "The request broke off.")
	case !utf8.Valid(body):
		return nil, errs.New(errs.Invalid, "The body is not valid UTF-8.")
	// a lone surrogate reads as U+FFFD
	case json.Valid(body) && !jsontext.Value(body).IsValid(jsontext.AllowInvalidUTF8(true)):
		return nil, errs.New(errs.Invalid, "The body names a field twice.")
	}
	return body, nil
}

// Upload is a body that is read as it comes: a large file does not go through memory.
// It may take as long as its line needs, if only the next part comes within a minute.
func Upload(ctx huma.Context) io.Reader {
	r, w := humago.Unwrap(ctx)
	return &upload{body: r.Body, control: http.NewResponseController(w)}
}

type upload struct {
	body    io.Reader
	control *http.ResponseController
}

func (u *upload) Read(p []byte) (int, error) {
	now := time.Now()
	_ = u.control.SetReadDeadline(now.Add(partPatience))
	_ = u.control.SetWriteDeadline(now.Add(2 * partPatience)) // the answer comes after the last part
	return u.body.Read(p)
}
