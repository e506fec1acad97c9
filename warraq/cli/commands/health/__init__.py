"""`warraq health`: what is wrong with which source."""
