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

// load sends requests in turn over n kept connections, one after the other on each, for a while. It
// returns every request's time, the rate, and the mean size of an answer's body. It writes the bytes
// itself: a full client would cost as much as the server it measures. The first tenth warms up.
func load(host string, requests [][]byte, n int, how time.Duration) ([]time.Duration, float64, float64) {
	var mu sync.Mutex
	var all []time.Duration
	var size int
	var wg sync.WaitGroup
	began := time.Now()
	warm := began.Add(how / 10)
	for c := range n {
		wg.Go(func() {
			conn, err := net.Dial("tcp", host)
			if err != nil {
				log.Fatal(err)
			}
			defer func() { conn.Close() }()
			reader := bufio.NewReaderSize(conn, 64<<10)
			var times []time.Duration
			bytes := 0
			for i := c * len(requests) / n; time.Since(began) < how; i++ {
				request := requests[i%len(requests)]
				at := time.Now()
				if _, err := conn.Write(request); err != nil {
					log.Fatal(err)
				}
				length, kept, err := skipAnswer(reader)
				if err != nil {
					log.Fatalf("%s: %v", request, err)
				}
				if at.After(warm) {
					times = append(times, time.Since(at))
					bytes += length
				}
				if !kept { // some servers end a connection after an answer
					conn.Close()
					if conn, err = net.Dial("tcp", host); err != nil {
						log.Fatal(err)
					}
					reader.Reset(conn)
				}
			}
			mu.Lock()
			all = append(all, times...)
			size += bytes
			mu.Unlock()
		})
	}
	wg.Wait()
	return all, float64(len(all)) / time.Since(warm).Seconds(), float64(size) / float64(max(1, len(all)))
}

// skipAnswer reads one answer, whole or in chunks, keeps nothing of it and
// allocates nothing: what the load spends, the server on the same processors lacks.
func skipAnswer(r *bufio.Reader) (length int, kept bool, err error) {
	status, err := r.ReadSlice('\n')
	if err != nil {
		return 0, false, err
	}
	if !bytes.HasPrefix(status, []byte("HTTP/1.1 20")) {
		rest, _ := r.Peek(r.Buffered())
		return 0, false, fmt.Errorf("%s%s", status, rest)
	}
	kept = true
	for {
		header, err := r.ReadSlice('\n')
		if err != nil {
			return 0, false, err
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
		case "Connection":
			kept = !bytes.HasPrefix(value, []byte("close"))
		}
	}
	if length >= 0 {
		_, err := r.Discard(length)
		return length, kept, err
	}
	length = 0
	for {
		size, err := r.ReadSlice('\n')
		if err != nil {
			return length, kept, err
		}
		n := number(size, 16)
		length += n
		if _, err := r.Discard(n + 2); err != nil || n == 0 {
			return length, kept, err
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
