"""Subject, region, period, base period, kind and seams: what a number's surroundings say of it."""
