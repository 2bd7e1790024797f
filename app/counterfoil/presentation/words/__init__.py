"""Every sentence for people, one module for each shelf; made when it is shown.

Window, slips and command line take their words here and nowhere else, so a language is chosen in
one place. Domain, services and adapters give keys and values.
"""
