"""Takes the text of a TOML file, gives a frozen :class:`Spec` or every error at once.

In: one TOML file and the folder of prose it names. Out: values only; nothing
here knows numpy, Keras or the machine.
"""
