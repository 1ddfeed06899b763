-- Holidays of a year as the office imported them; they stand above those that come with the program.
CREATE TABLE holiday (
    office_id INTEGER NOT NULL,
    year INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    content TEXT NOT NULL,              -- lines of date,off|work,name
    PRIMARY KEY (office_id, year)
) STRICT;
