package markdown

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"
)

// keeps are the elements that an author may write in HTML. Of others the words stay and the tags go.
var keeps = set("a abbr article aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn " +
	"div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp " +
	"section small span strike strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr")

// runs are elements whose content is no text for readers.
var runs = set("script style")

// verbatim elements are those whose content a browser takes as it stands, tags and all.
var verbatim = set("iframe noembed noframes noscript plaintext script style xmp")

// void elements have no end.
var void = set("br col hr img wbr")

const mathElements = "math mrow mi mo mn ms mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover " +
	"mtable mtr mtd mstyle mpadded mphantom menclose semantics"

func set(names string) map[string]bool {
	s := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		s[name] = true
	}
	return s
}

func (c *check) written(lines *text.Segments, more text.Segment) []byte {
	var out bytes.Buffer
	for i := range lines.Len() {
		line := lines.At(i)
		out.Write(line.Value(c.source))
	}
	if more.Start >= 0 && more.Stop > more.Start {
		out.Write(more.Value(c.source))
	}
	return out.Bytes()
}

// raw is a tag within a paragraph. A script goes with its content up to its end, if it has one here.
func (c *check) raw(n *ast.RawHTML) ast.Node {
	written := c.written(n.Segments, text.Segment{Start: -1})
	at := n.Segments.At(0).Start
	if name := tagName(written); runs[name] {
		for end := n.NextSibling(); end != nil; end = end.NextSibling() {
			c.spend(16, at)
			tag, ok := end.(*ast.RawHTML)
			if !ok || tagName(c.written(tag.Segments, text.Segment{Start: -1})) != "/"+name {
				continue
			}
			for n.NextSibling() != end {
				n.Parent().RemoveChild(n.Parent(), n.NextSibling())
			}
			break
		}
	}
	next := n.NextSibling()
	c.draw(n, c.markup(written, at))
	return next
}

func tagName(tag []byte) string {
	tag = bytes.TrimLeft(tag, "<")
	end := bytes.IndexAny(tag[min(1, len(tag)):], " \t\r\n/>")
	return strings.ToLower(string(tag[:max(0, min(end+1, len(tag)))]))
}

// markup is HTML that an author wrote, without what may not stay. It is cleaned once more with the rest.
func (c *check) markup(written []byte, at int) string {
	var out strings.Builder
	inside := "" // a verbatim element
	read := html.NewTokenizer(bytes.NewReader(written))
	for {
		kind := read.Next()
		raw := read.Raw()
		if kind == html.ErrorToken {
			return out.String()
		}
		switch kind {
		case html.TextToken:
			switch {
			case inside == "":
				out.WriteString(html.EscapeString(html.UnescapeString(string(raw))))
			case !runs[inside]:
				out.WriteString(html.EscapeString(string(raw)))
			}
			inside = ""
		case html.CommentToken, html.DoctypeToken:
			c.leave(at, "a comment")
		case html.StartTagToken, html.SelfClosingTagToken:
			token := read.Token()
			c.start(&out, token, at)
			if inside = ""; verbatim[token.Data] && kind == html.StartTagToken {
				inside = token.Data
			}
		case html.EndTagToken:
			name, _ := read.TagName()
			if inside = ""; keeps[string(name)] && !void[string(name)] {
				c.open.end(string(name))
				out.WriteString("</" + string(name) + ">")
			}
		}
		at += len(raw)
	}
}

func (c *check) start(out *strings.Builder, tag html.Token, at int) {
	c.tag(at)
	if !keeps[tag.Data] {
		c.leave(at, "<"+short(tag.Data)+">")
		return
	}
	if !void[tag.Data] {
		if c.open.begin(tag.Data); len(c.open) > maxElements {
			c.refuse(at, "elements of HTML more than %d levels deep", maxElements)
		}
	}
	out.WriteString("<" + tag.Data)
	for _, a := range tag.Attr {
		switch {
		case a.Key == "class":
			continue
		case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
			c.leave(at, "the "+short(a.Key)+" of <"+tag.Data+">")
			continue
		case a.Key == "id", a.Key == "name" && tag.Data == "a":
			a.Key, a.Val = "id", Prefix+strings.Join(strings.Fields(a.Val), "-")
		case a.Key == "href" && len(a.Val) > 1 && a.Val[0] == '#':
			a.Val = "#" + Prefix + a.Val[1:]
		case a.Key == "href" && !follows(a.Val, linkSchemes):
			c.leave(at, "a link to "+short(a.Val))
			continue
		case a.Key == "src" && !follows(a.Val, imageSchemes):
			c.leave(at, "a picture at "+short(a.Val))
			continue
		}
		out.WriteString(" " + a.Key + `="` + html.EscapeString(a.Val) + `"`)
	}
	out.WriteString(">")
}

// nesting is the elements that are open. Tags of authors do not always match.
type nesting []string

// closes names the elements that the beginning of another one ends, when they stand innermost.
var closes = map[string][]string{
	"p": {"p"}, "li": {"li"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"}, "td": {"td", "th"}, "th": {"td", "th"},
	"tr": {"td", "th", "tr"}, "tbody": {"td", "th", "tr", "thead", "tbody"},
	"tfoot": {"td", "th", "tr", "thead", "tbody"},
}

// begin returns the elements that had to end, innermost first.
func (n *nesting) begin(name string) (ended []string) {
	for len(*n) > 0 && slices.Contains(closes[name], (*n)[len(*n)-1]) {
		ended = append(ended, (*n)[len(*n)-1])
		*n = (*n)[:len(*n)-1]
	}
	*n = append(*n, name)
	return ended
}

// end returns the elements that end with this one; none, when it never began.
func (n *nesting) end(name string) (ended []string) {
	i := len(*n) - 1
	for i >= 0 && (*n)[i] != name {
		i--
	}
	if i < 0 {
		return nil
	}
	ended = slices.Clone((*n)[i:])
	slices.Reverse(ended)
	*n = (*n)[:i]
	return ended
}

// policy is what may stand in a text. It knows nothing of ids but ours.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	for name := range keeps {
		if name != "a" && name != "img" { // which mean nothing without an attribute
			p.AllowElements(name)
		}
	}
	p.AllowAttrs("dir").Matching(bluemonday.Direction).Globally()
	p.AllowAttrs("lang").Matching(regexp.MustCompile(`^[a-zA-Z-]{2,20}$`)).Globally()
	p.AllowAttrs("title").Globally()
	p.AllowAttrs("id").Matching(regexp.MustCompile(`^` + Prefix + `[^\s"'<>&` + "`" + `]{1,100}$`)).Globally()
	p.AllowAttrs("open").Matching(regexp.MustCompile(`^(open)?$`)).OnElements("details")
	p.AllowAttrs("datetime").Matching(bluemonday.ISO8601).OnElements("time")
	p.AllowAttrs("dir").Matching(bluemonday.Direction).OnElements("bdi", "bdo")
	p.AllowLists()
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowTables()
	p.AllowStandardURLs()
	p.AllowURLSchemes("mailto", "http", "https", "tel")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^[a-z0-9 -]{1,60}$`)).OnElements("span",
		"code", "pre", "div", "a")
	p.AllowAttrs("role").Matching(regexp.MustCompile(`^doc-(noteref|endnotes|backlink)$`)).OnElements("a", "div")
	p.AllowAttrs("tabindex").Matching(regexp.MustCompile(`^0$`)).OnElements("pre")
	p.AllowAttrs("align").Matching(bluemonday.ImageAlign).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("height", "width").Matching(bluemonday.NumberOrPercent).OnElements("img")
	p.AllowAttrs("src").OnElements("img")
	p.AllowNoAttrs().OnElements(strings.Fields(mathElements)...)
	p.SkipElementsContent("annotation") // the TeX that a formula was made from
	p.AllowAttrs("display").Matching(regexp.MustCompile(`^(block|inline)$`)).OnElements("math")
	p.AllowAttrs(strings.Fields("mathvariant stretchy fence form lspace rspace accent accentunder columnalign " +
		"displaystyle scriptlevel largeop movablelimits symmetric separator linethickness " +
		"width height depth minsize maxsize")...).
		Matching(regexp.MustCompile(`^[a-z0-9.+ -]{1,40}$`)).
		OnElements(strings.Fields(
			"math mi mo mn mtext mspace mrow mstyle mover munder munderover mfrac mtable mtd mpadded",
		)...)
	p.RequireNoFollowOnLinks(false)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	return p
})

// clean is drawn text in which nothing runs and every element ends, in its order: an end that has no beginning would
// end the page's own elements around the text.
func clean(drawn string) string {
	var out strings.Builder
	var open nesting
	end := func(names []string) {
		for _, name := range names {
			out.WriteString("</" + name + ">")
		}
	}
	read := html.NewTokenizer(strings.NewReader(policy().Sanitize(drawn)))
	for {
		switch read.Next() {
		case html.ErrorToken:
			slices.Reverse(open)
			end(open)
			return out.String()
		case html.StartTagToken:
			raw := string(read.Raw())
			if name, _ := read.TagName(); !void[string(name)] {
				end(open.begin(string(name)))
			}
			out.WriteString(raw)
		case html.EndTagToken:
			name, _ := read.TagName()
			end(open.end(string(name)))
		default:
			out.Write(read.Raw())
		}
	}
}
