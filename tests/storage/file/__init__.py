"""What is particular to the file storage: its layout, its index, and what crashes and full disks leave behind."""
