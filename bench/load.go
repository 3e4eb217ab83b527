package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// load sends the same request over n kept connections, one after the other on each, for a while. It returns every request's time
// and the rate. It writes the bytes itself: a full client would cost as much as the server it measures. The first tenth warms up.
func load(host, path, token string, n int, how time.Duration) ([]time.Duration, float64) {
	request := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: localhost\r\n", path)
	if token != "" {
		request += "Authorization: Bearer " + token + "\r\n"
	}
	raw := []byte(request + "\r\n")
	var mu sync.Mutex
	var all []time.Duration
	var wg sync.WaitGroup
	began := time.Now()
	warm := began.Add(how / 10)
	for range n {
		wg.Go(func() {
			conn, err := net.Dial("tcp", host)
			if err != nil {
				log.Fatal(err)
			}
			defer conn.Close()
			reader := bufio.NewReaderSize(conn, 64<<10)
			var times []time.Duration
			for time.Since(began) < how {
				at := time.Now()
				if _, err := conn.Write(raw); err != nil {
					log.Fatal(err)
				}
				answer, err := http.ReadResponse(reader, nil)
				if err != nil {
					log.Fatal(err)
				}
				if answer.StatusCode != http.StatusOK {
					body, _ := io.ReadAll(answer.Body)
					log.Fatalf("%s: %s %s", path, answer.Status, bytes.TrimSpace(body))
				}
				_, _ = io.Copy(io.Discard, answer.Body)
				if at.After(warm) {
					times = append(times, time.Since(at))
				}
			}
			mu.Lock()
			all = append(all, times...)
			mu.Unlock()
		})
	}
	wg.Wait()
	return all, float64(len(all)) / time.Since(warm).Seconds()
}

func quantile(times []time.Duration, q float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	sorted := slices.Clone(times)
	slices.Sort(sorted)
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

func median(times []time.Duration) time.Duration { return quantile(times, .5) }

func medianFloat(values []float64) float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}
