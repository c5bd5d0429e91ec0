"""What the product does. Web, admin, jobs and scripts all call these methods, so a rule is written once."""
