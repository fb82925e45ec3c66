"""Reading the law that ships with Kelou and a company's own, and showing what it says."""
