"""Whether an archive is still what was stored, and who else can say so: verify, seals, time stamps."""
