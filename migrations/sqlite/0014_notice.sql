-- What somebody is still to act on, by deadline.
CREATE INDEX register_due ON register_entry (office_id, register, due_on) WHERE due_on IS NOT NULL;
-- What waits for chat and is about no warning.
CREATE INDEX delivery_note ON delivery (office_id, channel, recipient, seq, n) WHERE status = 'queued' AND no IS NULL;
