"""What can be said of an item in numbers, from what the shop itself knows: its text and its pictures."""
