-- What rules and links look records up by, as many fields as tell one from its neighbours: an allocation may hold a hundred thousand payments.
DROP INDEX payment_account;
CREATE INDEX payment_account ON payment (office_id, payee_account, allocation_id, amount);
CREATE INDEX payment_amount ON payment (office_id, allocation_id, amount);
CREATE INDEX payment_reversed ON payment (office_id, allocation_id, reversed) WHERE reversed IS NOT NULL;
CREATE INDEX disbursement_project ON disbursement (office_id, project_code, basis);
CREATE INDEX other_subject ON other_record (office_id, subject);
-- the beneficiaries of one account are counted as they come: no rule of the pack looks lines up by it any more
DROP INDEX disbursement_account;
