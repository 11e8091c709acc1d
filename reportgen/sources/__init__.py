"""Takes the name or location of a data set, gives its identity; no array is loaded here."""
