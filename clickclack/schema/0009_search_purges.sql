-- How often messages have gone from the index for good: what was made ready for it before must not be put in after.
ALTER TABLE search_progress ADD COLUMN purges INTEGER NOT NULL DEFAULT 0;
