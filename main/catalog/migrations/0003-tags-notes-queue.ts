/** What people write on runs, and the order in which they want queued ones. */
export const migration0003 = `
  -- Each tag begins with #, and they are separated by a space: as they are searched for.
  ALTER TABLE runs ADD COLUMN tags TEXT NOT NULL DEFAULT '';
  ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT '';
  -- Null for a run that was not moved: it comes after those that were, in the order of submission.
  ALTER TABLE runs ADD COLUMN queue_place INTEGER;
  CREATE INDEX runs_in_queue ON runs (queue_place IS NULL, queue_place, number) WHERE state = 'queued';
`;
