import { expect, it } from 'vitest';
import { parseRunSpec } from '#contract/specs/index';
import { runTitle } from '#host/run-title';
import { storedSpecs } from '#test/support/stored-specs';

it('names a run of every kind for people', () => {
  const titles = storedSpecs.map((stored) => {
    const spec = parseRunSpec(stored.spec);
    return `${spec.kind}: ${runTitle(spec, (role) => `<${role}>`)}`;
  });
  expect(titles).toMatchInlineSnapshot(`
    [
      "apply: Apply <model> to x.safetensors",
      "class-head: Class-embedding head for <dataset>",
      "disentanglement: Disentanglement of <tasks.0.dataset>, <tasks.1.dataset> (posthoc)",
      "edit-add: Add 3 tasks (standard)",
      "edit-combine: Combine 3 task vectors (linear)",
      "edit-merge: Merge 2 tasks by ties (standard)",
      "edit-negate: Negate 2 tasks (linear)",
      "edit-search: Search coefficients to negate 1 task",
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
      "initialize-model: Random initialization of <model> (seed 3)",
      "inspect: Inspect eurosat",
      "kernel-predictor: Kernel predictor of <dataset>",
      "ntk: NTK of <task.dataset> against <control.dataset>",
      "pretrain: Pre-train my CLIP",
      "render-tasks: Render image tasks cars, textures, digits",
      "responses: Responses of 1 dataset to 2 task vectors",
      "zero-shot-head: Zero-shot head for <dataset>",
    ]
  `);
});
