// Package company is the made-up company that all emulators are seeded with:
// the same people exist everywhere, under the same addresses.
package company

// A Person is somebody who works there, or did. Addresses are at example.com.
type Person struct {
	Name    string // first part of the address
	First   string
	Last    string
	Team    Team
	Level   Level
	Left    bool // gone: accounts should be inactive, and some are forgotten
	Service bool // no person: what automation signs in as
}

// Email is the address.
func (p Person) Email() string { return p.Name + "@example.com" }

// A Team is a part of the company.
type Team string

// The teams.
const (
	Finance    Team = "Finance"
	Operations Team = "Operations"
	Platform   Team = "Platform"
)

// A Level says how much somebody does with data.
type Level uint8

// The levels, in ascending order.
const (
	None   Level = iota // has an account, and may do nothing
	Viewer              // looks at results
	Member              // runs what others made
	Maker               // builds
	Admin               // administers
)

// People are all of them, in the order in which they joined.
var People = []Person{
	{Name: "api-runner", First: "Service", Last: "Runner", Level: Admin, Service: true},
	{Name: "grace", First: "Grace", Last: "Miller", Team: Finance, Level: Admin},
	{Name: "ada", First: "Ada", Last: "Winter", Team: Finance, Level: Maker},
	{Name: "lin", First: "Lin", Last: "Fischer", Team: Finance, Level: Maker},
	{Name: "omar", First: "Omar", Last: "Haddad", Team: Operations, Level: Maker},
	{Name: "priya", First: "Priya", Last: "Nair", Team: Platform, Level: Maker},
	{Name: "zoe", First: "Zoë", Last: "Lindqvist", Team: Platform, Level: Maker},
	{Name: "paul", First: "Paul", Last: "Weber", Team: Operations, Level: Maker, Left: true},
	{Name: "nia", First: "Nia", Last: "Brooks", Team: Finance, Level: Member},
	{Name: "sean", First: "Sean", Last: "O'Neill", Team: Operations, Level: Member},
	{Name: "maria", First: "Maria", Last: "Rossi", Team: Finance, Level: Member},
	{Name: "kofi", First: "Kofi", Last: "Mensah", Team: Platform, Level: Member},
	{Name: "erik", First: "Erik", Last: "Dahl", Team: Operations, Level: Member},
	{Name: "hana", First: "Hana", Last: "Sato", Team: Finance, Level: Viewer},
	{Name: "ben", First: "Ben", Last: "Carter", Team: Finance, Level: Viewer},
	{Name: "ines", First: "Ines", Last: "Moreau", Team: Operations, Level: Viewer},
	{Name: "victor", First: "Victor", Last: "Lang", Level: None},
}
