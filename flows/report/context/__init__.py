"""What every chapter is given: numbers, words, and the blocks that a page is made of."""
