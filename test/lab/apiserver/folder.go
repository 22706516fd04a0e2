package main

import (
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const folderPrefix = "lab-apiserver-"

// makeFolder makes a folder and locks it. However the process ends, its locks
// end with it.
func makeFolder() (string, *os.File, error) {
	dir, err := os.MkdirTemp("", folderPrefix)
	if err != nil {
		return "", nil, err
	}
	lock, err := lockFolder(dir)
	return dir, lock, err
}

func lockFolder(dir string) (*os.File, error) {
	folder, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		folder.Close()
		return nil, err
	}
	return folder, nil
}

// removeLeftovers removes the folders that killed processes have left. One
// that is not locked may also be brand-new: those of the last minute stay.
func removeLeftovers() {
	folders, _ := filepath.Glob(filepath.Join(os.TempDir(), folderPrefix+"*"))
	for _, dir := range folders {
		if info, err := os.Stat(dir); err != nil || time.Since(info.ModTime()) < time.Minute {
			continue
		}
		if lock, err := lockFolder(dir); err == nil {
			_ = os.RemoveAll(dir)
			lock.Close()
		}
	}
}
