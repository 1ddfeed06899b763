-- Access (权限): a person whose access is revoked stays by name for the history, and may do nothing.
ALTER TABLE staff ADD COLUMN active INTEGER NOT NULL DEFAULT 1;
-- µs UTC: since when they hold what they hold; none: from before this was kept
ALTER TABLE staff ADD COLUMN since INTEGER;
-- 1: the passphrase is the one handed out, and must be changed
ALTER TABLE staff ADD COLUMN first_passphrase INTEGER NOT NULL DEFAULT 0;

-- When somebody acted last, and what somebody has in hand.
CREATE INDEX journal_actor ON journal (office_id, actor, at) WHERE actor IS NOT NULL;
CREATE INDEX warning_handler ON warning (office_id, handler) WHERE closed_at IS NULL;
