/**
 * Makes a text a name for files and labels: small Latin letters, digits and single hyphens, at most 60 of them. What
 * else people write, such as `../` or `\input{…}`, has no place in it.
 *
 * @param text whatever it says
 * @param otherwise the name of a text that has no such letters
 */
export function safeName(text: string, otherwise: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? otherwise : plain;
}

/**
 * Returns a name that is not taken, and takes it: the second of a kind gets `-2` behind it.
 *
 * @param taken names so far
 */
export function takeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n += 1) free = `${name}-${n}`;
  taken.add(free);
  return free;
}
