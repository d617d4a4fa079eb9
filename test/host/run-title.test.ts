import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseRunSpec } from '#contract/specs/index';
import { runTitle } from '#host/run-title';

const fixtures = join(import.meta.dirname, '..', 'contract', 'specs', 'fixtures');

it('names a run of every kind for people', () => {
  const titles = readdirSync(fixtures).map((name) => {
    const spec = parseRunSpec(JSON.parse(readFileSync(join(fixtures, name), 'utf8')));
    return `${spec.kind}: ${runTitle(spec, (role) => `<${role}>`)}`;
  });
  expect(titles).toMatchInlineSnapshot(`
    [
      "apply: Apply <model> to x.safetensors",
      "class-head: Class-embedding head for <dataset>",
      "edit-add: Add 3 tasks (standard)",
      "evaluate: Evaluate on <dataset> test (posthoc)",
      "export-model: Export <model> (hugging-face)",
      "finetune: Fine-tune on <dataset> (standard)",
      "finetune: Fine-tune on <dataset> (standard)",
      "forecast: Forecast linear with <model>, batches of 128",
      "import-dataset: Import dataset shapes",
      "import-dataset: Import dataset shapes",
      "import-head: Import head for <dataset> from head.safetensors",
      "import-model: Import model ViT-B-32",
      "import-model: Import model ViT-B-32",
      "import-model: Import model ViT-B-32",
      "import-task-vector: Import task vector Cars",
      "inspect: Inspect eurosat",
      "pretrain: Pre-train quickstart ViT",
      "render-tasks: Render image tasks shapes, textures, digits",
      "zero-shot-head: Zero-shot head for <dataset>",
    ]
  `);
});
