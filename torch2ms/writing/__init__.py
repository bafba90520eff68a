"""Files written so that nothing of the user's is lost: a record of each run, three-way merges, a way back."""
