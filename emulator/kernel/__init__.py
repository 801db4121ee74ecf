"""All state and all time: clock, ids, tables, journal, blobs, jobs. The kernel knows no service and no protocol."""
