package telemetry

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// HTTPMetrics counts requests and their time by route. Institutions and people are never labels: they would not end.
type HTTPMetrics struct{ seconds *prometheus.HistogramVec }

// NewRegistry is an empty registry with the process's own figures.
func NewRegistry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// NewHTTPMetrics registers the request histogram.
func NewHTTPMetrics(r prometheus.Registerer) *HTTPMetrics {
	m := &HTTPMetrics{prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "stoa_http_request_seconds", Help: "Time from a request's head to the end of its answer.",
		Buckets: []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5},
	}, []string{"method", "route", "status"})}
	r.MustRegister(m.seconds)
	return m
}

// Observe counts one request.
func (m *HTTPMetrics) Observe(method, route string, status int, took time.Duration) {
	m.seconds.WithLabelValues(method, route, strconv.Itoa(status)).Observe(took.Seconds())
}

// Gauge registers a figure that is asked for when the metrics are read.
func Gauge(r prometheus.Registerer, name, help string, read func() float64) {
	r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}
