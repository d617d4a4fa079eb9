import type { NamedArray } from '#numerics/engine/tensor';
import { toHuggingFace, visionNameMap } from '../hugging-face/parameter-names';
import type { StoredModel } from '../model-file';
import { tensorFile, textFile, type ExportedFile } from './exported-file';
import { huggingFaceFolder } from './hugging-face-folder';

/** The code of the README; a test runs it. */
const LOADER = `from safetensors.torch import load_file
from torch.func import functional_call, jvp
from transformers import CLIPVisionModelWithProjection

encoder = CLIPVisionModelWithProjection.from_pretrained(".", attn_implementation="eager").eval()
params0, tau = dict(encoder.named_parameters()), load_file("task_vector.safetensors")

def features(pixels, scaling_coef=1.0):  # pixels: N x 3 x S x S, normalized
    f = lambda params: functional_call(encoder, params, (), {"pixel_values": pixels}).image_embeds
    primal, tangent = jvp(f, (params0,), ({name: tau[name] for name in params0},))
    return primal + scaling_coef * tangent
`;

/**
 * Writes a linearised model as the pair (θ0, τ), with the code that computes with it in PyTorch:
 * f_lin(x; θ0 + ατ) = f(x; θ0) + α J(x) τ.
 *
 * @param model θ0
 * @param taskVector τ by open_clip's names
 * @param facts what the file of τ says of itself
 * @returns the files of the folder: the image tower as transformers opens it, τ under the same names, README.md
 */
export function linearizedFolder(
  model: StoredModel,
  taskVector: ReadonlyMap<string, NamedArray>,
  facts: Readonly<Record<string, string>>,
): ExportedFile[] {
  const tensors = toHuggingFace(visionNameMap(model.architecture), taskVector);
  const readme = `# ${model.name}, linearised

The image encoder f, expanded to first order around θ0, with a task vector τ:

    f_lin(x; θ0 + α τ) = f(x; θ0) + α J(x) τ

\`model.safetensors\` holds θ0 and \`task_vector.safetensors\` holds τ, both under the parameter names of
transformers. The features are those before normalisation; a CLIP head normalises them. In PyTorch, run in this folder:

\`\`\`python
${LOADER}\`\`\`

Attention must be "eager": PyTorch's fused attention has no forward mode. Images are prepared as
\`preprocessor_config.json\` says.

Written by Tangent Workbench. Method: Ortiz-Jimenez, Favero, Frossard, "Task Arithmetic in the Tangent Space" (NeurIPS 2023).
`;
  return [
    ...huggingFaceFolder(model, null),
    tensorFile('task_vector.safetensors', tensors, facts),
    textFile('README.md', readme),
  ];
}
