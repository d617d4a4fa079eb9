/** Shortens the hash of a specification to what tells it from others. */
export function shortHash(specHash: string): string {
  return specHash.slice(0, 12);
}
