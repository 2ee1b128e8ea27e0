"""From a delivered microdata file to people, answers and paradata in our codes."""
