"""Surveys of one city repeated thousands of times: the city stays, sample and response vary."""
