package httpapi_test

import (
	"testing"

	"stoa/internal/base/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }
