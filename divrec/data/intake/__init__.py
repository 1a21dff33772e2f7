"""From any file a shop can export to plain tables on disk: unpacked, decoded, parsed, within limits."""
