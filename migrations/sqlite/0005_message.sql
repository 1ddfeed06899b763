-- Which deliveries go first when many wait: 3 red, 2 yellow, 1 bell, 0 what is over.
ALTER TABLE delivery ADD COLUMN urgency INTEGER NOT NULL DEFAULT 0;
-- Where a warning is shown in chat, as the channel itself calls it, so that the message can be edited.
ALTER TABLE delivery ADD COLUMN message_channel TEXT;
ALTER TABLE delivery ADD COLUMN message_id TEXT;
CREATE INDEX delivery_lane ON delivery (office_id, channel, recipient, urgency DESC, seq, n) WHERE status = 'queued';
CREATE INDEX delivery_warning ON delivery (office_id, no, channel);
CREATE INDEX delivery_parked ON delivery (office_id) WHERE status = 'parked';
