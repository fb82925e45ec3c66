"""What becomes of the entries of the register after a closing: who puts them right, what they
answered, who has seen that it is so."""
