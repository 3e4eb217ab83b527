package app

import (
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/base/httpapi"
)

type docOperation struct {
	Method, Path, Summary, ID string
	Public                    bool
	Params                    []*huma.Param
	Body                      []docField
	Answer                    []docField
}

type docField struct{ Name, Type, Doc string }

var docsPage = template.Must(template.New("docs").
	Parse(`<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Stoa API</title>
<style>:root{color-scheme:light dark}
body{font:15px/1.55 system-ui,sans-serif;max-width:58rem;margin:2.5rem auto;padding:0 1.25rem}
h1,h2{font-family:Georgia,serif;font-weight:500}h2{border-bottom:1px solid;padding-bottom:.3rem;margin-top:2.5rem}
details{border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent);padding:.55rem 0}
summary{cursor:pointer}code{font:13px/1.5 ui-monospace,monospace}b{display:inline-block;min-width:4.2rem}
table{border-collapse:collapse;margin:.6rem 0 .4rem 1rem}td{padding:.15rem 1.2rem .15rem 0;vertical-align:top}
h3{font-size:.85rem;margin:.8rem 0 0 1rem}small{opacity:.75}</style>
<h1>Stoa API</h1>
<p>JSON below <code>{{.Base}}</code>, errors as <code>application/problem+json</code>.
The contract for machines: <a href="/api/openapi.json">openapi.json</a>.
Sign in with <code>POST {{.Base}}/auth/sessions</code>
and send the access token as <code>Authorization: Bearer …</code>.</p>
{{range .Groups}}<h2>{{.Name}}</h2>
{{range .Operations}}<details id="{{.ID}}"><summary><b><code>{{.Method}}</code></b> <code>{{.Path}}</code>
<small>{{.Summary}}{{if .Public}} · open to visitors{{end}}</small></summary>
{{if .Params}}<h3>Parameters</h3><table>
{{range .Params}}<tr><td><code>{{.Name}}</code></td><td><small>{{.In}}{{if .Required}}, required{{end}}</small></td>
<td>{{.Description}}</td></tr>{{end}}</table>{{end}}
{{if .Body}}<h3>Body</h3><table>
{{range .Body}}<tr><td><code>{{.Name}}</code></td><td><small>{{.Type}}</small></td><td>{{.Doc}}</td></tr>
{{end}}</table>{{end}}
{{if .Answer}}<h3>Answer</h3><table>
{{range .Answer}}<tr><td><code>{{.Name}}</code></td><td><small>{{.Type}}</small></td><td>{{.Doc}}</td></tr>
{{end}}</table>{{end}}</details>
{{end}}{{end}}</html>`))

type docGroup struct {
	Name       string
	Operations []docOperation
}

// docs is the OpenAPI document as a page that needs no script.
func (a *App) docs(document *huma.OpenAPI) http.Handler {
	groups := map[string]*docGroup{}
	var names []string
	for path, item := range document.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			if groups[op.Tags[0]] == nil {
				groups[op.Tags[0]] = &docGroup{Name: op.Tags[0]}
				names = append(names, op.Tags[0])
			}
			d := docOperation{
				Method:  op.Method,
				Path:    path,
				Summary: op.Summary,
				ID:      op.OperationID,
				Public:  len(op.Security) == 0,
			}
			for _, p := range op.Parameters {
				if p.In != "cookie" {
					d.Params = append(d.Params, p)
				}
			}
			if op.RequestBody != nil && op.RequestBody.Content["application/json"] != nil {
				d.Body = docFields(document, op.RequestBody.Content["application/json"].Schema)
			}
			for code, answer := range op.Responses {
				if strings.HasPrefix(code, "2") && answer.Content["application/json"] != nil {
					d.Answer = docFields(document, answer.Content["application/json"].Schema)
				}
			}
			groups[op.Tags[0]].Operations = append(groups[op.Tags[0]].Operations, d)
		}
	}
	slices.Sort(names)
	page := struct {
		Base   string
		Groups []*docGroup
	}{Base: httpapi.Base}
	for _, name := range names {
		slices.SortFunc(groups[name].Operations, func(x, y docOperation) int {
			return strings.Compare(x.Path+x.Method, y.Path+y.Method)
		})
		page.Groups = append(page.Groups, groups[name])
	}
	var out strings.Builder
	if err := docsPage.Execute(&out, page); err != nil {
		panic(err) // made of our own document
	}
	answer := still("text/html; charset=utf-8", []byte(out.String()))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy",
			"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'")
		answer.ServeHTTP(w, r)
	})
}

func docFields(document *huma.OpenAPI, s *huma.Schema) []docField {
	if s != nil && s.Ref != "" {
		s = document.Components.Schemas.SchemaFromRef(s.Ref)
	}
	if s == nil {
		return nil
	}
	var fields []docField
	for name, p := range s.Properties {
		kind := p.Type
		if p.Ref != "" {
			kind = p.Ref[strings.LastIndex(p.Ref, "/")+1:]
		}
		if p.Items != nil {
			kind = "list of " + p.Items.Type + p.Items.Ref[strings.LastIndex(p.Items.Ref, "/")+1:]
		}
		fields = append(fields, docField{name, kind, p.Description})
	}
	slices.SortFunc(fields, func(x, y docField) int { return strings.Compare(x.Name, y.Name) })
	return fields
}
