"""One module per DVC stage: read, call, write, and one line a statistician would read."""
