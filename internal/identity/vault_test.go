package identity

import (
	"path/filepath"
	"testing"

	"stoa/internal/base/errs"
)

// What was sealed with other keys is told in a sentence, not answered
// as a fault; signing keys come and go without breaking a seal.
func TestASealOpensWithItsKeysAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys.json")
	ours, err := LoadKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	place := []byte("a factor's id")
	sealed := ours.seal("app secret", []byte("secret"), place)
	mark := string(ours.Mark())
	if _, err := RotateKeys(path, true); err != nil {
		t.Fatal(err)
	}
	rotated, err := LoadKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := rotated.unseal("app secret", sealed, place); err != nil || string(got) != "secret" ||
		string(rotated.Mark()) != mark {
		t.Errorf("after a rotation: %q, %v", got, err)
	}
	if err := ReplaceKeys(path); err != nil {
		t.Fatal(err)
	}
	others, err := LoadKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, use := range []string{"app secret", "provider secret"} {
		if _, err := others.unseal(use, sealed, place); errs.KindOf(err) != errs.Conflict {
			t.Errorf("%s: %v", use, err)
		}
	}
	if string(others.Mark()) == mark {
		t.Error("other keys are recognised as ours")
	}
}
