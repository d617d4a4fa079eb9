/** A work that reports refer to, with the fields of BibTeX in plain text. */
export interface Reference {
  readonly key: string;
  readonly type: 'inproceedings' | 'misc';
  readonly fields: Readonly<Record<string, string>>;
}

const works: readonly Reference[] = [
  {
    key: 'ortizjimenez2023tangent',
    type: 'inproceedings',
    fields: {
      author: 'Guillermo Ortiz-Jimenez and Alessandro Favero and Pascal Frossard',
      title: 'Task Arithmetic in the Tangent Space: Improved Editing of Pre-Trained Models',
      booktitle: 'Advances in Neural Information Processing Systems',
      year: '2023',
      note: 'arXiv:2305.12827',
    },
  },
  {
    key: 'ilharco2023editing',
    type: 'inproceedings',
    fields: {
      author:
        'Gabriel Ilharco and Marco Tulio Ribeiro and Mitchell Wortsman and Suchin Gururangan and Ludwig Schmidt and Hannaneh Hajishirzi and Ali Farhadi',
      title: 'Editing Models with Task Arithmetic',
      booktitle: 'International Conference on Learning Representations',
      year: '2023',
      note: 'arXiv:2212.04089',
    },
  },
  {
    key: 'radford2021learning',
    type: 'inproceedings',
    fields: {
      author:
        'Alec Radford and Jong Wook Kim and Chris Hallacy and Aditya Ramesh and Gabriel Goh and Sandhini Agarwal and Girish Sastry and Amanda Askell and Pamela Mishkin and Jack Clark and Gretchen Krueger and Ilya Sutskever',
      title: 'Learning Transferable Visual Models From Natural Language Supervision',
      booktitle: 'International Conference on Machine Learning',
      year: '2021',
      note: 'arXiv:2103.00020',
    },
  },
];

/**
 * Lists what reports refer to: the paper whose experiments are repeated, task arithmetic, CLIP, and the program.
 *
 * @param appVersion of the program
 */
export function listReferences(appVersion: string): readonly Reference[] {
  const program: Reference = {
    key: 'tangentworkbench',
    type: 'misc',
    // BibTeX sorts by it, because there is no author.
    fields: { key: 'Tangent Workbench', title: 'Tangent Workbench', note: `Version ${appVersion}` },
  };
  return [...works, program];
}
