package config_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"stoa/internal/base/config"
)

func TestProductionRefusesHalfAConfiguration(t *testing.T) {
	t.Parallel()
	whole := config.Config{
		Roles:      []string{"api"},
		Production: true,
		SMTPHost:   "mail.example.org",
		PublicURL:  "https://%s",
	}
	if err := whole.Validate(); err != nil {
		t.Errorf("a whole one: %v", err)
	}
	for word, spoil := range map[string]func(*config.Config){
		"demo":  func(c *config.Config) { c.Demo = "small" },
		"mail":  func(c *config.Config) { c.SMTPHost = "" },
		"https": func(c *config.Config) { c.PublicURL = "http://example.org" },
		"role":  func(c *config.Config) { c.Roles = []string{"api", "cook"} },
	} {
		c := whole
		spoil(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v", word, err)
		}
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	c := config.Config{
		DatabaseURL:  "postgres://u:canary1@h/d",
		SMTPPassword: "canary2",
		MetricsToken: "canary3",
		Addr:         "127.0.0.1:1",
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "config", c)
	if strings.Contains(out.String(), "canary") || !strings.Contains(out.String(), "127.0.0.1:1") ||
		strings.Count(out.String(), "(set)") != 3 {
		t.Error(out.String())
	}
	if strings.Contains(fmt.Sprint(c.LogValue()), "canary") {
		t.Error("a secret in LogValue")
	}
}
