"""Takes one recipe, gives one record; the only room that imports Keras, started as a process."""
