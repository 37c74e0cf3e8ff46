"""Words of ENERGY STAR Portfolio Manager, as its schema has them."""

#: Where IT energy is measured; the last says that nobody has chosen.
CONFIGURATIONS = (
    "UPS Supports Only IT Equipment",
    "UPS Include Non IT Load Less Than 10%",
    "UPS Include Non-IT Load Greater Than 10% Load Submetered",
    "UPS Include Non IT Load Greater Than 10% Load Not Submetered",
    "Facility Has No UPS",
    "No IT Energy Configuration Selected",
)
REDUNDANCIES = ("N", "N+1", "N+2", "2N", "Greater than 2N", "None of the Above")
