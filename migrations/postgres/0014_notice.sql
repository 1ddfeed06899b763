-- What somebody is still to act on, by deadline.
CREATE INDEX register_due ON register_entry (office_id, register, due_on) WHERE due_on IS NOT NULL;
