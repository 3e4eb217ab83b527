//go:build !linux

package pgembed

import (
	"errors"
	"os"
)

const canAllocate = false

func allocate(*os.File, int64) error { return errors.ErrUnsupported }
