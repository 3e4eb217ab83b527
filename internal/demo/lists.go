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
	{"BTech", "BTECH-CSE", "Computer Science", 1984, 26, []string{"Software", "Software", "Software", "Finance", "Consulting", "Telecom"}, []string{"Software Engineer", "Senior Software Engineer", "Staff Engineer", "Engineering Manager", "Director of Engineering", "Chief Technology Officer"}},
	{"BTech", "BTECH-ECE", "Electronics", 1975, 18, []string{"Semiconductors", "Telecom", "Software", "Automotive"}, []string{"Design Engineer", "Senior Design Engineer", "Principal Engineer", "Programme Manager", "Director", "Vice President, Silicon"}},
	{"BTech", "BTECH-ME", "Mechanical Engineering", 1975, 17, []string{"Automotive", "Manufacturing", "Energy", "Aerospace"}, []string{"Graduate Engineer", "Design Engineer", "Project Lead", "Plant Manager", "General Manager", "Vice President, Operations"}},
	{"BTech", "BTECH-CE", "Civil Engineering", 1975, 12, []string{"Construction", "Public Service", "Consulting"}, []string{"Site Engineer", "Structural Engineer", "Project Manager", "Chief Engineer", "Director, Projects", "Executive Engineer"}},
	{"BTech", "BTECH-EE", "Electrical Engineering", 1975, 12, []string{"Energy", "Manufacturing", "Semiconductors", "Public Service"}, []string{"Electrical Engineer", "Systems Engineer", "Senior Manager, Grid", "Head of Projects", "General Manager", "Chief Engineer"}},
	{"BTech", "BTECH-CHE", "Chemical Engineering", 1979, 6, []string{"Chemicals", "Energy", "Pharmaceuticals"}, []string{"Process Engineer", "Senior Process Engineer", "Production Manager", "Technical Head", "Site Director", "Vice President, R&D"}},
	{"MBA", "MBA-GEN", "Management", 1992, 12, []string{"Consulting", "Finance", "Retail", "Software"}, []string{"Associate", "Consultant", "Product Manager", "Principal", "Partner", "Managing Director"}},
	{"MTech", "MTECH-DS", "Data Science", 2012, 5, []string{"Software", "Finance", "Healthcare"}, []string{"Data Scientist", "Senior Data Scientist", "Machine Learning Lead", "Head of Data", "Director, AI", "Chief Data Officer"}},
	{"BSc", "BSC-PHY", "Physics", 1986, 5, []string{"Education", "Research", "Software"}, []string{"Research Assistant", "Doctoral Researcher", "Postdoctoral Fellow", "Assistant Professor", "Associate Professor", "Professor"}},
	{"BDes", "BDES-DES", "Design", 2008, 4, []string{"Design", "Software", "Media"}, []string{"Designer", "Senior Designer", "Design Lead", "Design Manager", "Head of Design", "Creative Director"}},
}

var companies = map[string][]string{
	"Software":        {"Infosys", "Tata Consultancy Services", "Microsoft", "Google", "Wipro", "Amazon", "Zoho", "Flipkart", "Adobe", "Oracle", "SAP Labs", "Freshworks", "Razorpay", "Postman", "Thoughtworks", "Salesforce", "Atlassian", "Cisco", "VMware", "Intuit", "Swiggy", "Zerodha"},
	"Finance":         {"HDFC Bank", "ICICI Bank", "State Bank of India", "Goldman Sachs", "JPMorgan Chase", "Morgan Stanley", "Axis Bank", "Kotak Mahindra", "Barclays", "Bajaj Finserv"},
	"Consulting":      {"Deloitte", "Accenture", "McKinsey & Company", "PwC", "KPMG", "EY", "Boston Consulting Group", "ZS Associates", "Arup", "AECOM"},
	"Telecom":         {"Reliance Jio", "Bharti Airtel", "Ericsson", "Nokia", "Qualcomm", "Samsung R&D"},
	"Semiconductors":  {"Intel", "Texas Instruments", "Qualcomm", "NVIDIA", "AMD", "Analog Devices", "NXP", "STMicroelectronics", "Micron"},
	"Automotive":      {"Tata Motors", "Mahindra & Mahindra", "Maruti Suzuki", "Bosch", "Ashok Leyland", "TVS Motor", "Hero MotoCorp", "Mercedes-Benz R&D"},
	"Manufacturing":   {"Larsen & Toubro", "Siemens", "ABB", "Godrej & Boyce", "Thermax", "Schneider Electric", "Tata Steel", "JSW Steel", "Bharat Forge"},
	"Energy":          {"NTPC", "Indian Oil", "Reliance Industries", "ONGC", "Adani Green", "ReNew", "Shell", "Suzlon", "Power Grid"},
	"Aerospace":       {"ISRO", "HAL", "DRDO", "Boeing India", "Airbus India", "GE Aerospace", "Skyroot"},
	"Construction":    {"Larsen & Toubro", "Shapoorji Pallonji", "DLF", "Afcons", "Prestige Group", "Gammon", "Sobha"},
	"Public Service":  {"Indian Railways", "Central Public Works", "State Electricity Board", "National Highways", "Metro Rail", "Municipal Corporation"},
	"Chemicals":       {"BASF", "Asian Paints", "UPL", "SRF", "Pidilite", "Aarti Industries"},
	"Pharmaceuticals": {"Sun Pharma", "Dr. Reddy's", "Cipla", "Biocon", "Lupin", "Novartis"},
	"Retail":          {"Hindustan Unilever", "ITC", "Titan", "Trent", "Nykaa", "BigBasket"},
	"Healthcare":      {"Apollo Hospitals", "Narayana Health", "Philips", "GE HealthCare", "Practo"},
	"Education":       {"Aldermere Institute of Technology", "Delhi University", "Azim Premji University", "Ashoka University", "Physics Academy"},
	"Research":        {"Tata Institute of Fundamental Research", "Indian Institute of Science", "Raman Research Institute", "Max Planck Institute", "CERN"},
	"Design":          {"Studio Banyan", "Elephant Design", "Titan Design", "Fractal Ink", "Lollypop"},
	"Media":           {"The Hindu", "Hotstar", "Amar Chitra Katha", "Scroll Media"},
}

type city struct {
	name, country string
	weight        int
}

var cities = []city{
	{"Bengaluru", "India", 230}, {"Hyderabad", "India", 105}, {"Pune", "India", 95}, {"Mumbai", "India", 90}, {"Chennai", "India", 85}, {"Delhi", "India", 65},
	{"Gurugram", "India", 55}, {"Noida", "India", 40}, {"Kolkata", "India", 35}, {"Kochi", "India", 25}, {"Ahmedabad", "India", 22}, {"Mysuru", "India", 20},
	{"Coimbatore", "India", 16}, {"Jaipur", "India", 15}, {"Thiruvananthapuram", "India", 14}, {"Nagpur", "India", 12}, {"Visakhapatnam", "India", 12}, {"Indore", "India", 11},
	{"Mangaluru", "India", 10}, {"Lucknow", "India", 10}, {"Bhubaneswar", "India", 9}, {"Vadodara", "India", 9}, {"Chandigarh", "India", 8}, {"Patna", "India", 7}, {"Goa", "India", 5},
	{"San Francisco", "United States", 38}, {"Seattle", "United States", 30}, {"New York", "United States", 22}, {"Dallas", "United States", 16}, {"London", "United Kingdom", 24},
	{"Singapore", "Singapore", 26}, {"Dubai", "United Arab Emirates", 24}, {"Toronto", "Canada", 16}, {"Berlin", "Germany", 12}, {"Munich", "Germany", 8}, {"Sydney", "Australia", 12},
	{"Melbourne", "Australia", 8}, {"Amsterdam", "Netherlands", 7}, {"Dublin", "Ireland", 6}, {"Zürich", "Switzerland", 4}, {"Tokyo", "Japan", 4}, {"São Paulo", "Brazil", 1},
}

var languages = []string{"English", "Hindi", "Tamil", "Telugu", "Kannada", "Malayalam", "Marathi", "Bengali", "Gujarati", "Punjabi", "Urdu", "German", "French"}

var adjectives = []string{"Sagar", "Nilgiri", "Banyan", "Lotus", "Monsoon", "Indigo", "Saffron", "Konkan", "Vindhya", "Kaveri", "Palash", "Chinar", "Deccan", "Malabar", "Tamarind", "Peepal", "Narmada", "Godavari", "Marigold", "Peacock"}

var ventures = []string{"Labs", "Systems", "Works", "Analytics", "Engineers", "Foods", "Textiles", "Solar", "Mobility", "Health", "Learning", "Software"}

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
		{"student@demo.test", "Ravi Kulkarni", "Student", []string{"student"}, "", 2027, "", "", "Bengaluru", "", ""},
		{"alumna@demo.test", "Asha Menon", "Alumna, verified", []string{"alumnus"}, "verified", 2018, "Microsoft", "Senior Software Engineer", "Bengaluru", "Search quality by day, trekking by season", "I came to Aldermere from Thrissur in 2014 and stayed in the library until it closed most evenings. Since graduating I have worked on search: first ranking, now the part that has to answer in ten milliseconds.\n\nGlad to talk about first jobs, moving abroad and back, and reading papers without fear."},
		{"instructor@demo.test", "Meera Iyer", "Instructor", []string{"instructor"}, "", 0, "Aldermere Institute of Technology", "Professor", "Bengaluru", "Algorithms, and how to explain them", "I teach first-year students and supervise theses on data structures for slow machines."},
		{"staff@demo.test", "Leela Thomas", "Alumni office", []string{"staff"}, "", 0, "Aldermere Institute of Technology", "Head of Alumni Relations", "Bengaluru", "", ""},
		{"admin@demo.test", "Arjun Rao", "Administrator", []string{"admin"}, "", 0, "Aldermere Institute of Technology", "Registrar", "Bengaluru", "", ""},
		{"operator@demo.test", "Olivia Fernandes", "Operator", []string{"operator"}, "", 0, "", "", "", "", ""},
		{"unverified@demo.test", "Nikhil Bose", "Alumnus, not verified yet", []string{"alumnus"}, "unverified", 0, "", "", "", "", ""},
		{"banned@demo.test", "Kabir Sethi", "Suspended", []string{"alumnus"}, "verified", 2009, "", "", "Delhi", "", ""},
	},
	"harbour": {
		{"admin@harbour.test", "Grace D'Souza", "Administrator", []string{"admin", "instructor"}, "", 0, "Harbour College", "Principal", "Goa", "", ""},
		{"alumna@harbour.test", "Tara Pereira", "Alumna, verified", []string{"alumnus"}, "verified", 2016, "Google", "Product Manager", "Dublin", "", ""},
	},
}
