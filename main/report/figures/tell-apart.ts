/**
 * Names things by what tells them apart: of each as few of its facets as are needed, from the first on; those that all
 * have in common are left out.
 *
 * @param facets of every thing, the most telling first; at least one
 */
export function tellApart(facets: readonly (readonly string[])[]): string[] {
  let names = facets.map(() => '');
  const isClear = () => new Set(names).size === names.length;
  for (let f = 0; f < (facets.at(0)?.length ?? 0); f++) {
    if (f > 0 && isClear() && names[0] !== '') break;
    if (new Set(facets.map((of) => of[f])).size === 1) continue;
    names = names.map((name, i) => (name === '' ? facets[i][f] : `${name}, ${facets[i][f]}`));
  }
  return names.map((name, i) => (name === '' ? facets[i][0] : name));
}
