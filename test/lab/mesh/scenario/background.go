package scenario

// acts tells whether a step changes the cluster.
func (s Step) acts() bool { return len(s.Before) > 0 || s.During != nil || len(s.After) > 0 }

// played is what has come of a step in the background.
type played struct {
	results []Result
	err     error
}

// playAll plays steps in turn. Those in the background are played beside the
// ones that follow, up to a step that acts, which would disturb them, or to
// the end.
func playAll(steps []Step, report func(Result), play func(Step, func(Result)) error) error {
	var behind []<-chan played
	wait := func() error {
		for _, step := range behind {
			done := <-step
			for _, result := range done.results {
				report(result)
			}
			if done.err != nil {
				return done.err
			}
		}
		behind = nil
		return nil
	}
	for _, step := range steps {
		if step.Background {
			behind = append(behind, aside(step, play))
			continue
		}
		if step.acts() {
			if err := wait(); err != nil {
				return err
			}
		}
		if err := play(step, report); err != nil {
			return err
		}
	}
	return wait()
}

// aside plays a step and keeps what it reports.
func aside(step Step, play func(Step, func(Result)) error) <-chan played {
	done := make(chan played, 1)
	go func() {
		var p played
		p.err = play(step, func(r Result) { p.results = append(p.results, r) })
		done <- p
	}()
	return done
}
