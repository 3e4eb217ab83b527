package edition_test

import (
	"errors"
	"testing"

	"stoa/internal/base/edition"
	"stoa/internal/base/errs"
)

type text struct {
	Title string `json:"title"`
}

func TestOnlyTheStateThatWasSeenIsReplaced(t *testing.T) {
	t.Parallel()
	before, now := text{"Stoa"}, text{"The painted porch"}
	tag := edition.Of(now)
	for name, c := range map[string]struct {
		seen string
		ok   bool
	}{
		"nothing said":                     {"", true},
		"the state that is there":          {tag, true},
		"as a strong tag":                  {`"` + tag + `"`, true},
		"as a weak tag of an answer":       {`W/"` + tag + `.f00"`, true},
		"one of several":                   {`"x", "` + tag + `"`, true},
		"any":                              {"*", true},
		"the state before":                 {edition.Of(before), false},
		"the state before, with an ending": {`"` + edition.Of(before) + "." + tag + `"`, false},
		"no tag at all":                    {"yesterday", false},
		"only the beginning of one":        {tag[:8], false},
	} {
		err := edition.Seen{Etag: c.seen}.Check(now)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
		var refused *errs.Error
		if !c.ok && (!errors.As(err, &refused) || refused.Code != "edited" || refused.Details["current"] != now ||
			refused.Details["etag"] != tag) {
			t.Errorf("%s: the refusal does not hold what is there now: %v", name, err)
		}
	}
}
