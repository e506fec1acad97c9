"""`warraq stats`: counts, calendar, politeness, history of robots.txt."""
