"""From any file to a checked Dataset; pools, likeness and artefacts that every room shares."""
