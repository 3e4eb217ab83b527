package markdown

import (
	"io"
	"log"
	_ "unsafe" // for the name below

	_ "github.com/wyatt915/treeblood"
)

// treebloodLog is where the drawer of formulas notes each bracket without its pair, with the text around it. It
// offers no way to be quiet, and what authors write belongs into no log.
//
//go:linkname treebloodLog github.com/wyatt915/treeblood.logger
var treebloodLog *log.Logger

func init() { treebloodLog.SetOutput(io.Discard) }
