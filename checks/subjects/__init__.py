"""What is judged: calls, chat sessions, tickets, and the parties to them."""
