def collect(vectors): pass
