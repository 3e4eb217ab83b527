// Provider is the sign-in service of the browser tests: provider <address> <callback>.
package main

import (
	"log"
	"log/slog"
	"net/http"
	"os"
	"time"

	"stoa/internal/base/oidctest"
)

func main() {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // it tells of every request
	address, callback := os.Args[1], os.Args[2]
	handler := oidctest.Handler("http://"+address+"/", []string{callback},
		oidctest.User{
			Subject:   "nila",
			First:     "Nila",
			Last:      "Raman",
			Email:     "nila.raman@campus.example",
			Confirmed: true,
		},
		oidctest.User{Subject: "p44", First: "Known", Last: "Here", Email: "p44@demo.test", Confirmed: true},
		oidctest.User{Subject: "unsure", First: "Un", Last: "Sure", Email: "unsure@campus.example"},
	)
	server := &http.Server{Addr: address, Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}
