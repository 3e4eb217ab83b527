package folder

// Reserve is how much room is kept free where path is, for what must go on when a disk is full: the database's own
// journal. It is 64 MB, less on small disks.
func Reserve(path string) (bytes uint64, err error) {
	_, size, err := Room(path)
	return min(64<<20, size/16), err
}
