"""Planning a survey: how many interviews, where, in which units, and which person answers."""
