package nav_test

import (
	"slices"
	"testing"

	"stoa/internal/base/nav"
	"stoa/internal/base/permit"
)

func TestPlacesAreOpenToThoseWhoHaveTheirPermission(t *testing.T) {
	sail := permit.New("boat.sail", "Sail", permit.Students)
	nav.New(nav.Place{Group: nav.Main, Order: 20, To: "/boats", Key: "b", Needs: sail})
	nav.New(nav.Place{Group: nav.Own, Order: 5, To: "/my-boats"})
	nav.New(nav.Place{Group: nav.Main, Order: 10, To: "/weather", Key: "w"})
	for _, c := range []struct {
		group nav.Group
		has   []permit.Name
		want  []string
	}{
		{nav.Main, []permit.Name{sail.Name}, []string{"/weather", "/boats"}},
		{nav.Main, nil, []string{"/weather"}},
		{nav.Own, nil, []string{"/my-boats"}},
	} {
		var got []string
		for _, p := range nav.Of(c.group, c.has) {
			got = append(got, p.To)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s with %v: %v, not %v", c.group, c.has, got, c.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("two places have one key")
		}
	}()
	nav.New(nav.Place{Group: nav.Main, To: "/bays", Key: "b"})
}
