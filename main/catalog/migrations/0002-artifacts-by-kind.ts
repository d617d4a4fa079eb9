/** The library lists artifacts of a kind, the newest first. */
export const migration0002 = `
  CREATE INDEX artifacts_by_kind ON artifacts (kind, created_at, id);
`;
