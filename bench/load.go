package main

import (
	"bufio"
	"bytes"
	"fmt"
	"log"
	"net"
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
				if err := skipAnswer(reader); err != nil {
					log.Fatalf("%s: %v", path, err)
				}
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

// skipAnswer reads one answer, whole or in chunks, keeps nothing of it and allocates nothing: what the load spends, the server on
// the same processors lacks.
func skipAnswer(r *bufio.Reader) error {
	status, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(status, []byte("HTTP/1.1 200")) {
		rest, _ := r.Peek(r.Buffered())
		return fmt.Errorf("%s%s", status, rest)
	}
	length := 0
	for {
		header, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(header) <= 2 {
			break
		}
		name, value, _ := bytes.Cut(header, []byte(": "))
		switch string(name) {
		case "Content-Length":
			length = number(value, 10)
		case "Transfer-Encoding":
			length = -1
		}
	}
	if length >= 0 {
		_, err := r.Discard(length)
		return err
	}
	for {
		size, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		n := number(size, 16)
		if _, err := r.Discard(n + 2); err != nil || n == 0 {
			return err
		}
	}
}

// number reads leading digits.
func number(text []byte, base int) int {
	n := 0
	for _, c := range text {
		digit := bytes.IndexByte([]byte("0123456789abcdef"), c)
		if digit < 0 || digit >= base {
			break
		}
		n = n*base + digit
	}
	return n
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
