-- Holidays of a year as the office imported them; they stand above those that come with the program.
CREATE TABLE holiday (
    office_id BIGINT NOT NULL,
    year BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    content TEXT NOT NULL,              -- lines of date,off|work,name
    PRIMARY KEY (office_id, year)
);
