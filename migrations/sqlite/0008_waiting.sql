-- What waits on one channel, in order: however much waits on another, it is not gone through.
DROP INDEX delivery_queued;
CREATE INDEX delivery_waiting ON delivery (office_id, channel, seq, n) WHERE status = 'queued';
