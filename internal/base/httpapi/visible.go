package httpapi

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/base/errs"
	"stoa/internal/base/visible"
)

const (
	longestLine = 400  // characters of a text of one line, as a name or a title
	longestText = 4000 // of one of several; what may be longer and need not be there is markdown
)

// visibleTexts cleans what people will read in a body, by what the contract says of it: a string with a length
// and no form of its own is a text, and so is a string in a list. Those that are needed have something to see;
// none turns the direction of writing. Markdown has bounds of its own. A module gets it by declaring its fields.
func visibleTexts(api huma.API, op *huma.Operation, body []byte) ([]byte, error) {
	schema := resolved(api, op.RequestBody.Content["application/json"].Schema)
	var value map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if schema == nil || decoder.Decode(&value) != nil { // whoever validates says what is wrong
		return body, nil
	}
	asTyped, _ := op.Metadata[asTypedKey].(string)
	c := cleaner{api: api, asTyped: "body." + asTyped}
	c.object("body", schema, value)
	if c.wrong != nil {
		e := errs.New(errs.Invalid, "Please correct the marked fields.")
		e.Fields = c.wrong
		return nil, e
	}
	if !c.changed {
		return body, nil
	}
	return json.Marshal(value)
}

func resolved(api huma.API, s *huma.Schema) *huma.Schema {
	if s != nil && s.Ref != "" {
		return api.OpenAPI().Components.Schemas.SchemaFromRef(s.Ref)
	}
	return s
}

const asTypedKey = "as-typed"

// AsTyped leaves a field of the body to its module, as the name of a person, whose letters stay as they were composed.
func AsTyped(field string) Op { return withMetadata(asTypedKey, field) }

type cleaner struct {
	api     huma.API
	asTyped string
	changed bool
	wrong   []errs.Field
}

func (c *cleaner) object(location string, schema *huma.Schema, value map[string]any) {
	for name, inner := range value {
		property := resolved(c.api, schema.Properties[name])
		if property == nil {
			continue
		}
		at := location + "." + name
		switch v := inner.(type) {
		case string:
			if isText(name, property) && at != c.asTyped {
				value[name] = c.text(at, property, v)
			}
		case map[string]any:
			c.object(at, property, v)
		case []any:
			c.list(name, at, property, v)
		}
	}
}

func (c *cleaner) list(name, location string, schema *huma.Schema, list []any) {
	items := resolved(c.api, schema.Items)
	if items == nil {
		return
	}
	lines := isPlain(name, items)
	for i, inner := range list {
		switch v := inner.(type) {
		case string:
			if lines {
				list[i] = c.cleaned(location, v, visible.Line)
			}
		case map[string]any:
			c.object(location, items, v)
		}
	}
}

func (c *cleaner) text(location string, schema *huma.Schema, text string) string {
	if *schema.MaxLength <= longestLine {
		return c.cleaned(location, text, visible.Line)
	}
	return c.cleaned(location, text, visible.Text)
}

func (c *cleaner) cleaned(location, text string, clean func(string) (string, string)) string {
	cleaned, why := clean(text)
	if why != "" {
		if len(c.wrong) < mostFields {
			c.wrong = append(c.wrong, errs.Field{Location: location, Message: why})
		}
		return text
	}
	c.changed = c.changed || cleaned != text
	return cleaned
}

// isText tells a text that people read from secrets, keys, values of a form, and markdown.
func isText(name string, s *huma.Schema) bool {
	return isPlain(name, s) && s.MaxLength != nil &&
		(*s.MaxLength <= longestText || s.MinLength != nil && *s.MinLength > 0)
}

// isPlain tells words from secrets, keys and values of a form.
func isPlain(name string, s *huma.Schema) bool {
	if s.Type != huma.TypeString || s.Format != "" || s.Pattern != "" || len(s.Enum) > 0 {
		return false
	}
	for _, other := range []string{
		"password", "token", "secret", "credential", "etag", "email", "url", "issuer", "key", "_id", "_ids",
	} {
		if strings.HasSuffix(name, other) {
			return false
		}
	}
	return true
}
