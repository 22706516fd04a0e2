package main

import (
	"os"
	"testing"
	"time"
)

func TestRemoveLeftovers(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	make := func(locked bool, age time.Duration) string {
		dir, lock, err := makeFolder()
		if err != nil {
			t.Fatal(err)
		}
		if locked {
			t.Cleanup(func() { lock.Close() })
		} else {
			lock.Close()
		}
		then := time.Now().Add(-age)
		if err := os.Chtimes(dir, then, then); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	alive, fresh, left := make(true, time.Hour), make(false, time.Second), make(false, time.Hour)
	removeLeftovers()
	for dir, stays := range map[string]bool{alive: true, fresh: true, left: false} {
		if _, err := os.Stat(dir); (err == nil) != stays {
			t.Errorf("alive %s, fresh %s, left %s: %s: %v", alive, fresh, left, dir, err)
		}
	}
}
