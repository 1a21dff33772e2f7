"""One page that can be sent on: tables and values in, a self-contained HTML file out."""
