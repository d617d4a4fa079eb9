import type { Page } from 'playwright-core';
import type { Examples } from './find-examples';

/** A picture of the guide. */
export interface Shot {
  /** Name of the file in `resources/guide/img`, without `-dark` and extension. */
  readonly name: string;
  /** What stands behind `#/` in the address. */
  readonly view: string | ((examples: Examples) => string);
  /** What is done there before the picture is taken: a wait for what takes long, a click. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

const pressNext = (times: number) => async (page: Page) => {
  for (let press = 0; press < times; press += 1) await page.getByRole('button', { name: 'Next' }).click();
};
const scrollToHeading = (name: string | RegExp) => (page: Page) =>
  page
    .getByRole('heading', { name })
    .first()
    .evaluate((heading) => heading.scrollIntoView());

/** Each has two steps and a review, and is shown with the draft of a run. */
const wizards = ['finetune', 'edit-add', 'edit-negate', 'disentanglement', 'ntk'] as const;

/** Every picture, in the order in which they are taken. Add a line for a new view. */
export const shots: readonly Shot[] = [
  { name: 'home', view: '' },
  { name: 'new', view: 'new' },
  ...wizards.flatMap((kind): Shot[] =>
    [1, 2, 3].map((step) => ({
      name: `wizard-${kind}-${step}`,
      view: ({ runs }) => `new/${kind}?from=${runs[kind]}`,
      prepare: pressNext(step - 1),
    })),
  ),
  ...[1, 2, 3, 4, 5].map((step): Shot => ({
    name: `wizard-study-${step}`,
    view: 'studies/new?template=starter-8',
    prepare: pressNext(step - 1),
  })),
  { name: 'runs', view: 'runs' },
  {
    name: 'run-finetune',
    view: ({ runs }) => `runs/${runs.finetune}`,
    prepare: (page) => page.locator('.scatterlayer path.js-line').first().waitFor({ state: 'attached' }),
  },
  { name: 'run-addition', view: ({ runs }) => `runs/${runs['edit-add']}` },
  { name: 'run-negation', view: ({ runs }) => `runs/${runs['edit-negate']}` },
  { name: 'map', view: ({ runs }) => `runs/${runs.disentanglement}` },
  { name: 'spectrum', view: ({ runs }) => `runs/${runs.ntk}` },
  {
    name: 'eigenfunctions',
    view: ({ runs }) => `runs/${runs.ntk}`,
    prepare: scrollToHeading('Eigenfunctions'),
  },
  {
    name: 'map-images',
    view: ({ runs }) => `runs/${runs.disentanglement}`,
    prepare: async (page) => {
      await page.getByLabel(/^α of/).first().selectOption({ index: 19 });
      await page
        .getByText(/images change/)
        .first()
        .waitFor({ timeout: 120_000 });
      await page.waitForTimeout(1500);
      await page
        .getByText(/images change/)
        .first()
        .evaluate((element) => element.scrollIntoView({ block: 'center' }));
    },
  },
  { name: 'compare', view: ({ compared }) => `compare?runs=${compared.join(',')}` },
  { name: 'studies', view: 'studies' },
  { name: 'study', view: ({ study }) => `studies/${study}` },
  {
    name: 'study-tables',
    view: ({ study }) => `studies/${study}`,
    prepare: scrollToHeading(/addition/i),
  },
  {
    name: 'study-figures',
    view: ({ study }) => `studies/${study}`,
    prepare: scrollToHeading(/non-linear advantage/i),
  },
  {
    name: 'report',
    view: ({ study }) => `reports/new?study=${study}`,
    prepare: (page) => page.locator('figure img').first().waitFor(),
  },
  {
    name: 'palette',
    view: '',
    prepare: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Commands' }).fill('neg');
    },
  },
  { name: 'import-report', view: ({ importRun }) => `runs/${importRun}` },
  { name: 'library-models', view: 'library/models' },
  { name: 'library-task-vectors', view: 'library/task-vectors' },
  { name: 'library-datasets', view: 'library/datasets' },
  { name: 'library-heads', view: 'library/heads' },
  { name: 'dataset', view: ({ dataset }) => `datasets/${dataset}` },
  { name: 'lab-choice', view: 'lab' },
  {
    name: 'lab',
    view: ({ vectors, controlHead }) => `lab?vectors=${vectors.join(',')}&mode=linear&control=${controlHead}`,
    prepare: async (page) => {
      const average = page.getByRole('row', { name: /average/ });
      await average.getByText(/\d/).first().waitFor({ timeout: 300_000 });
      await page.getByRole('slider').first().fill('0.2');
    },
  },
  {
    name: 'settings',
    view: 'settings',
    prepare: (page) => page.getByRole('rowheader', { name: 'memory' }).waitFor({ timeout: 60_000 }),
  },
  {
    name: 'settings-data',
    view: 'settings',
    prepare: async (page) => {
      await page.getByRole('rowheader', { name: 'memory' }).waitFor({ timeout: 60_000 });
      await scrollToHeading('Data directory')(page);
    },
  },
  { name: 'help', view: 'help/concepts' },
];
