"""A long crawl of misbehaving servers by a program that is killed again and again; see __main__."""
