"""What may be asked of an archive: functions of a connection, whose answers commands and pages show."""
