"""The books' own lists that Tieout maps to: customers, jobs and accounts, as they come with a new company file."""

CUSTOMERS = (
    ("C-1001", "Tidewater Development"),
    ("C-1002", "Mill Race Apartments LP"),
    ("C-1003", "Riverside Medical Center"),
    ("C-1004", "City of Alder Falls"),
    ("C-1005", "Alder Falls School District"),
    ("C-1006", "Blue Heron Hospitality"),
    ("C-1007", "Cascade Data Centers"),
    ("C-1008", "Eastgate Retail Partners"),
    ("C-1009", "Foundry Row Lofts LLC"),
    ("C-1010", "Grand Avenue Theatre Trust"),
    ("C-1011", "Harbor & Vine Builders"),
    ("C-1012", "Ironwood Logistics"),
    ("C-1013", "Juniper Senior Living"),
    ("C-1014", "Kestrel Pharmaceuticals"),
    ("C-1015", "Lakeshore Transit Authority"),
    ("C-1016", "Meridian Office Park"),
    ("C-1017", "Northgate Credit Union"),
    ("C-1018", "Orchard Street Housing"),
    ("C-1019", "Port of Sable Bay"),
    ("C-1020", "Quarry Hill College"),
    ("C-1021", "Redwood County"),
    ("C-1022", "Saltmarsh Brewing"),
    ("C-1023", "Union Square Partners"),
    ("C-1024", "Westfield Community Church"),
    ("C-1025", "Alder Bay Port Authority"),
    ("C-1026", "Pier 9 Capital Fund"),
    ("C-1027", "Breakwater Fund II"),
)
CLOSED_CUSTOMERS = (("C-0901", "Old Ferry Terminal (closed)"),)
JOBS = (
    ("J-2401", "Mill Race Apartments, Phase 2"),
    ("J-2402", "Riverside Medical Tower"),
    ("J-2403", "Alder Falls Library"),
    ("J-2404", "Cascade Data Hall 3"),
    ("J-2405", "Foundry Row Lofts"),
    ("J-2406", "Juniper Senior Living, East Wing"),
    ("J-2407", "Union Hall Renovation"),
    ("J-2408", "Tideflats Substation Civil"),
    ("J-2409", "Cedar Court Senior Living"),
    ("J-2410", "Northgate Cold Storage"),
    ("J-2411", "Alder Bay Ferry Terminal Fit-out"),
    ("J-2412", "Quarry Road Water Treatment"),
    ("J-2413", "Fire Station 6"),
    ("J-2414", "Kestrel Elementary Addition"),
    ("J-2415", "Harbor Street Parking Deck"),
    ("J-2416", "Riverside Medical Office Building"),
    ("J-2417", "Granite Falls Library"),
    ("J-2418", "Old Mill Seismic Upgrade"),
    ("J-2419", "Bayview Transit Shelters"),
    ("J-2420", "Orchard Street Housing, Building A"),
    ("J-2421", "Meridian Office Park, Lot 4"),
    ("J-2422", "Grand Avenue Theatre"),
    ("J-2423", "Eastgate Retail Shell"),
    ("J-2424", "Saltmarsh Brewery Expansion"),
    ("J-2425", "Pier 9 Redevelopment"),
    ("J-2426", "Breakwater Residences"),
    ("J-2427", "Seawall Promenade"),
    ("J-2428", "Mill Race Apartments, Mechanical"),
    ("J-2429", "Riverside Medical, Air Handling"),
    ("J-2430", "Cascade Data Hall 3, Chilled Water"),
    ("J-2431", "Granite Falls Library, Plumbing"),
)
ACCOUNTS = (
    ("4000", "Contract revenue"),
    ("4010", "Contract revenue, general conditions"),
    ("4020", "Contract revenue, sitework"),
    ("4030", "Contract revenue, structure"),
    ("4040", "Contract revenue, envelope"),
    ("4050", "Contract revenue, interiors"),
    ("4060", "Contract revenue, mechanical"),
    ("4070", "Contract revenue, electrical"),
    ("4090", "Stored materials"),
    ("1250", "Retainage receivable"),
)


def first_lists() -> dict[str, dict[str, dict]]:
    """kind -> code -> {"code", "name", "active"}."""
    lists = {"customers": CUSTOMERS, "jobs": JOBS, "accounts": ACCOUNTS}
    entries = {
        kind: {code: {"code": code, "name": name, "active": True} for code, name in rows}
        for kind, rows in lists.items()
    }
    for code, name in CLOSED_CUSTOMERS:
        entries["customers"][code] = {"code": code, "name": name, "active": False}
    return entries
