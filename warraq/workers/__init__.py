"""Workers: crawls shared by several processes or machines over PostgreSQL."""
