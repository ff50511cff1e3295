package main

import (
	"fmt"
	"runtime"
	"time"
)

const tellEvery = time.Minute

// progress tells how long a stage has run and what it holds: once a minute, since most of a stage is one long call.
type progress struct {
	stage   string
	started time.Time
	done    chan struct{}
}

func begin(stage string) *progress {
	p := &progress{stage, time.Now(), make(chan struct{})}
	go func() {
		ticks := time.NewTicker(tellEvery)
		defer ticks.Stop()
		for {
			select {
			case <-p.done:
				return
			case <-ticks.C:
				p.say("running")
			}
		}
	}()
	return p
}

func (p *progress) say(format string, values ...any) {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	gigabytes := float64(memory.Sys-memory.HeapReleased) / 1e9
	what := fmt.Sprintf(format, values...)
	fmt.Printf("%s: %5.0f s, %4.1f GB: %s\n", p.stage, time.Since(p.started).Seconds(), gigabytes, what)
}

func (p *progress) end() { close(p.done) }
