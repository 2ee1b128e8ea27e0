"""What may be printed: publish, review or withhold; suppression; ranks."""
