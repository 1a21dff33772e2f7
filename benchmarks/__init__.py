"""Side by side with the peers, run by hand: ``python -m benchmarks.rerank``; the figures are in RESULTS.md."""
