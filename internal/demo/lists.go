package demo

import (
	_ "embed"
	"math"
	"strconv"
	"strings"
	"sync"
)

//go:embed names.txt
var namesText string

type region struct {
	weight               int
	women, men, surnames []string
}

var regions = sync.OnceValue(func() []region {
	var list []region
	for line := range strings.Lines(namesText) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		switch words[0] {
		case "region":
			weight, _ := strconv.Atoi(words[len(words)-1])
			list = append(list, region{weight: weight})
		case "women":
			list[len(list)-1].women = words[1:]
		case "men":
			list[len(list)-1].men = words[1:]
		case "surnames":
			list[len(list)-1].surnames = words[1:]
		}
	}
	return list
})

var zipfCache sync.Map

// zipfWeights are cumulative: the sum of 1/k^s up to each k.
func zipfWeights(n int, s float64) []float64 {
	key := [2]float64{float64(n), s}
	if w, ok := zipfCache.Load(key); ok {
		return w.([]float64)
	}
	w := make([]float64, n)
	sum := 0.0
	for k := range w {
		sum += 1 / math.Pow(float64(k+1), s)
		w[k] = sum
	}
	zipfCache.Store(key, w)
	return w
}

type department struct {
	programme, code, name string
	since                 int
	weight                int
	industries            []string
	titles                []string // by seniority
}

var departments = []department{
	{
		programme: "BTech", code: "BTECH-CSE", name: "Computer Science", since: 1984, weight: 26,
		industries: []string{"Software", "Software", "Software", "Finance", "Consulting", "Telecom"},
		titles: []string{
			"Software Engineer", "Senior Software Engineer", "Staff Engineer", "Engineering Manager",
			"Director of Engineering", "Chief Technology Officer",
		},
	},
	{
		programme: "BTech", code: "BTECH-ECE", name: "Electronics", since: 1975, weight: 18,
		industries: []string{"Semiconductors", "Telecom", "Software", "Automotive"},
		titles: []string{
			"Design Engineer", "Senior Design Engineer", "Principal Engineer", "Programme Manager", "Director",
			"Vice President, Silicon",
		},
	},
	{
		programme: "BTech", code: "BTECH-ME", name: "Mechanical Engineering", since: 1975, weight: 17,
		industries: []string{"Automotive", "Manufacturing", "Energy", "Aerospace"},
		titles: []string{
			"Graduate Engineer", "Design Engineer", "Project Lead", "Plant Manager", "General Manager",
			"Vice President, Operations",
		},
	},
	{
		programme: "BTech", code: "BTECH-CE", name: "Civil Engineering", since: 1975, weight: 12,
		industries: []string{"Construction", "Public Service", "Consulting"},
		titles: []string{
			"Site Engineer", "Structural Engineer", "Project Manager", "Chief Engineer", "Director, Projects",
			"Executive Engineer",
		},
	},
	{
		programme: "BTech", code: "BTECH-EE", name: "Electrical Engineering", since: 1975, weight: 12,
		industries: []string{"Energy", "Manufacturing", "Semiconductors", "Public Service"},
		titles: []string{
			"Electrical Engineer", "Systems Engineer", "Senior Manager, Grid", "Head of Projects", "General Manager",
			"Chief Engineer",
		},
	},
	{
		programme: "BTech", code: "BTECH-CHE", name: "Chemical Engineering", since: 1979, weight: 6,
		industries: []string{"Chemicals", "Energy", "Pharmaceuticals"},
		titles: []string{
			"Process Engineer", "Senior Process Engineer", "Production Manager", "Technical Head", "Site Director",
			"Vice President, R&D",
		},
	},
	{
		programme: "MBA", code: "MBA-GEN", name: "Management", since: 1992, weight: 12,
		industries: []string{"Consulting", "Finance", "Retail", "Software"},
		titles:     []string{"Associate", "Consultant", "Product Manager", "Principal", "Partner", "Managing Director"},
	},
	{
		programme: "MTech", code: "MTECH-DS", name: "Data Science", since: 2012, weight: 5,
		industries: []string{"Software", "Finance", "Healthcare"},
		titles: []string{
			"Data Scientist", "Senior Data Scientist", "Machine Learning Lead", "Head of Data", "Director, AI",
			"Chief Data Officer",
		},
	},
	{
		programme: "BSc", code: "BSC-PHY", name: "Physics", since: 1986, weight: 5,
		industries: []string{"Education", "Research", "Software"},
		titles: []string{
			"Research Assistant", "Doctoral Researcher", "Postdoctoral Fellow", "Assistant Professor",
			"Associate Professor", "Professor",
		},
	},
	{
		programme: "BDes", code: "BDES-DES", name: "Design", since: 2008, weight: 4,
		industries: []string{"Design", "Software", "Media"},
		titles: []string{
			"Designer", "Senior Designer", "Design Lead", "Design Manager", "Head of Design", "Creative Director",
		},
	},
}

var companies = map[string][]string{
	"Software": {
		"Infosys", "Tata Consultancy Services", "Microsoft", "Google", "Wipro", "Amazon", "Zoho", "Flipkart", "Adobe",
		"Oracle", "SAP Labs", "Freshworks", "Razorpay", "Postman", "Thoughtworks", "Salesforce", "Atlassian", "Cisco",
		"VMware", "Intuit", "Swiggy", "Zerodha",
	},
	"Finance": {
		"HDFC Bank", "ICICI Bank", "State Bank of India", "Goldman Sachs", "JPMorgan Chase", "Morgan Stanley",
		"Axis Bank", "Kotak Mahindra", "Barclays", "Bajaj Finserv",
	},
	"Consulting": {
		"Deloitte", "Accenture", "McKinsey & Company", "PwC", "KPMG", "EY", "Boston Consulting Group", "ZS Associates",
		"Arup", "AECOM",
	},
	"Telecom": {"Reliance Jio", "Bharti Airtel", "Ericsson", "Nokia", "Qualcomm", "Samsung R&D"},
	"Semiconductors": {
		"Intel", "Texas Instruments", "Qualcomm", "NVIDIA", "AMD", "Analog Devices", "NXP", "STMicroelectronics",
		"Micron",
	},
	"Automotive": {
		"Tata Motors", "Mahindra & Mahindra", "Maruti Suzuki", "Bosch", "Ashok Leyland", "TVS Motor", "Hero MotoCorp",
		"Mercedes-Benz R&D",
	},
	"Manufacturing": {
		"Larsen & Toubro", "Siemens", "ABB", "Godrej & Boyce", "Thermax", "Schneider Electric", "Tata Steel",
		"JSW Steel", "Bharat Forge",
	},
	"Energy": {
		"NTPC", "Indian Oil", "Reliance Industries", "ONGC", "Adani Green", "ReNew", "Shell", "Suzlon", "Power Grid",
	},
	"Aerospace":    {"ISRO", "HAL", "DRDO", "Boeing India", "Airbus India", "GE Aerospace", "Skyroot"},
	"Construction": {"Larsen & Toubro", "Shapoorji Pallonji", "DLF", "Afcons", "Prestige Group", "Gammon", "Sobha"},
	"Public Service": {
		"Indian Railways", "Central Public Works", "State Electricity Board", "National Highways", "Metro Rail",
		"Municipal Corporation",
	},
	"Chemicals":       {"BASF", "Asian Paints", "UPL", "SRF", "Pidilite", "Aarti Industries"},
	"Pharmaceuticals": {"Sun Pharma", "Dr. Reddy's", "Cipla", "Biocon", "Lupin", "Novartis"},
	"Retail":          {"Hindustan Unilever", "ITC", "Titan", "Trent", "Nykaa", "BigBasket"},
	"Healthcare":      {"Apollo Hospitals", "Narayana Health", "Philips", "GE HealthCare", "Practo"},
	"Education": {
		"Aldermere Institute of Technology", "Delhi University", "Azim Premji University", "Ashoka University",
		"Physics Academy",
	},
	"Research": {
		"Tata Institute of Fundamental Research", "Indian Institute of Science", "Raman Research Institute",
		"Max Planck Institute", "CERN",
	},
	"Design": {"Studio Banyan", "Elephant Design", "Titan Design", "Fractal Ink", "Lollypop"},
	"Media":  {"The Hindu", "Hotstar", "Amar Chitra Katha", "Scroll Media"},
}

type city struct {
	name, country string
	weight        int
}

var cities = []city{
	{"Bengaluru", "India", 230}, {"Hyderabad", "India", 105}, {"Pune", "India", 95}, {"Mumbai", "India", 90},
	{"Chennai", "India", 85}, {"Delhi", "India", 65},
	{"Gurugram", "India", 55}, {"Noida", "India", 40}, {"Kolkata", "India", 35}, {"Kochi", "India", 25},
	{"Ahmedabad", "India", 22}, {"Mysuru", "India", 20},
	{"Coimbatore", "India", 16}, {"Jaipur", "India", 15}, {"Thiruvananthapuram", "India", 14}, {"Nagpur", "India", 12},
	{"Visakhapatnam", "India", 12}, {"Indore", "India", 11},
	{"Mangaluru", "India", 10}, {"Lucknow", "India", 10}, {"Bhubaneswar", "India", 9}, {"Vadodara", "India", 9},
	{"Chandigarh", "India", 8}, {"Patna", "India", 7}, {"Goa", "India", 5},
	{"San Francisco", "United States", 38}, {"Seattle", "United States", 30}, {"New York", "United States", 22},
	{"Dallas", "United States", 16}, {"London", "United Kingdom", 24},
	{"Singapore", "Singapore", 26}, {"Dubai", "United Arab Emirates", 24}, {"Toronto", "Canada", 16},
	{"Berlin", "Germany", 12}, {"Munich", "Germany", 8}, {"Sydney", "Australia", 12},
	{"Melbourne", "Australia", 8}, {"Amsterdam", "Netherlands", 7}, {"Dublin", "Ireland", 6},
	{"Zürich", "Switzerland", 4}, {"Tokyo", "Japan", 4}, {"São Paulo", "Brazil", 1},
}

var languages = []string{
	"English", "Hindi", "Tamil", "Telugu", "Kannada", "Malayalam", "Marathi", "Bengali", "Gujarati", "Punjabi", "Urdu",
	"German", "French",
}

var adjectives = []string{
	"Sagar", "Nilgiri", "Banyan", "Lotus", "Monsoon", "Indigo", "Saffron", "Konkan", "Vindhya", "Kaveri", "Palash",
	"Chinar", "Deccan", "Malabar", "Tamarind", "Peepal", "Narmada", "Godavari", "Marigold", "Peacock",
}

var ventures = []string{
	"Labs", "Systems", "Works", "Analytics", "Engineers", "Foods", "Textiles", "Solar", "Mobility", "Health",
	"Learning", "Software",
}

type member struct {
	email, name, label string
	roles              []string
	standing           string
	year               int // of the batch; 0 for none
	company, title     string
	city               string
	headline, about    string
}

// casts are the people who can be signed in with one click.
var casts = map[string][]member{
	"aldermere": {
		{
			email: "student@demo.test",
			name:  "Ravi Kulkarni",
			label: "Student",
			roles: []string{"student"},
			year:  2027,
			city:  "Bengaluru",
		},
		{
			email:    "alumna@demo.test",
			name:     "Asha Menon",
			label:    "Alumna, verified",
			roles:    []string{"alumnus"},
			standing: "verified",
			year:     2018,
			company:  "Microsoft",
			title:    "Senior Software Engineer",
			city:     "Bengaluru",
			headline: "Search quality by day, trekking by season",
			about: "I came to Aldermere from Thrissur in 2014 and stayed in the library until it closed most " +
				"evenings. Since graduating I have worked on search: first ranking, now the part that has to " +
				"answer in ten milliseconds.\n\nGlad to talk about first jobs, moving abroad and back, and " +
				"reading papers without fear.",
		},
		{
			email: "instructor@demo.test", name: "Meera Iyer", label: "Instructor", roles: []string{"instructor"},
			company: "Aldermere Institute of Technology", title: "Professor", city: "Bengaluru",
			headline: "Algorithms, and how to explain them",
			about:    "I teach first-year students and supervise theses on data structures for slow machines.",
		},
		{
			email: "staff@demo.test", name: "Leela Thomas", label: "Alumni office", roles: []string{"staff"},
			company: "Aldermere Institute of Technology", title: "Head of Alumni Relations", city: "Bengaluru",
		},
		{
			email: "admin@demo.test", name: "Arjun Rao", label: "Administrator", roles: []string{"admin"},
			company: "Aldermere Institute of Technology", title: "Registrar", city: "Bengaluru",
		},
		{email: "operator@demo.test", name: "Olivia Fernandes", label: "Operator", roles: []string{"operator"}},
		{
			email:    "unverified@demo.test",
			name:     "Nikhil Bose",
			label:    "Alumnus, not verified yet",
			roles:    []string{"alumnus"},
			standing: "unverified",
		},
		{
			email:    "banned@demo.test",
			name:     "Kabir Sethi",
			label:    "Suspended",
			roles:    []string{"alumnus"},
			standing: "verified",
			year:     2009,
			city:     "Delhi",
		},
	},
	"harbour": {
		{
			email:   "admin@harbour.test",
			name:    "Grace D'Souza",
			label:   "Administrator",
			roles:   []string{"admin", "instructor"},
			company: "Harbour College",
			title:   "Principal",
			city:    "Goa",
		},
		{
			email:    "alumna@harbour.test",
			name:     "Tara Pereira",
			label:    "Alumna, verified",
			roles:    []string{"alumnus"},
			standing: "verified",
			year:     2016,
			company:  "Google",
			title:    "Product Manager",
			city:     "Dublin",
		},
	},
}
