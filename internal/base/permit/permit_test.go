package permit_test

import (
	"errors"
	"slices"
	"testing"

	"stoa/internal/base/errs"
	"stoa/internal/base/id"
	"stoa/internal/base/permit"
	"stoa/internal/base/viewer"
)

var dance = permit.New("test.dance", "Dance", permit.Verified, permit.Staff)

func TestARolePermits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		roles    []viewer.Role
		standing viewer.Standing
		problem  errs.Kind
		code     string
	}{
		{roles: []viewer.Role{viewer.Staff}},
		{roles: []viewer.Role{viewer.Student, viewer.Staff}},
		{roles: []viewer.Role{viewer.Alumnus}, standing: viewer.Verified},
		{roles: []viewer.Role{viewer.Alumnus}, standing: viewer.Pending, problem: errs.Forbidden, code: "unverified"},
		{roles: []viewer.Role{viewer.Student}, problem: errs.Forbidden},
		{roles: []viewer.Role{"unheard of"}, problem: errs.Forbidden},
		{problem: errs.Forbidden},
	} {
		v := viewer.Viewer{Tenant: id.New(), Person: id.New(), Roles: c.roles, Standing: c.standing}
		_, err := dance.Require(viewer.With(t.Context(), v))
		if allowed := c.problem == ""; (err == nil) != allowed || dance.Allows(v) != allowed ||
			slices.Contains(permit.Names(v), "test.dance") != allowed {
			t.Errorf("%v: %v", c, err)
		}
		var refused *errs.Error
		if err != nil && (!errors.As(err, &refused) || refused.Kind != c.problem || refused.Code != c.code) {
			t.Errorf("%v: %v", c, err)
		}
	}
	if _, err := dance.Require(viewer.System(t.Context(), id.New())); errs.KindOf(err) != errs.Unauthenticated {
		t.Errorf("a visitor: %v", err)
	}
}

func TestANameIsDeclaredOnce(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("two permissions have one name")
		}
	}()
	permit.New("test.dance", "Dance again")
}
