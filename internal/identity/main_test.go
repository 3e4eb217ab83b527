package identity_test

import (
	"testing"

	"stoa/internal/apptest"
)

const password = apptest.Password

func TestMain(m *testing.M) { apptest.Main(m) }
