import { typesByName, typesOfStorages, type TorchDataType } from './data-types';
import { PickleError } from './pickle-reader';
import { PickleGlobal, PickleObject, PickleStorage, PickleTensor, type PickleValue } from './pickle-values';

/** Charges for work that no opcode is charged for; throws when there was too much. */
export type Spend = (steps: number) => void;

type Make = (args: readonly PickleValue[], spend: Spend) => PickleValue;

/**
 * Does as data what a pickle asks to have called. The few functions and classes that tensors and plain data are
 * made of are imitated; of everything else, the name and the arguments are kept.
 *
 * @param callable what would be called
 * @param args the arguments
 * @param spend charges for work
 * @throws {PickleError} if it is not a class or function, or imitated with wrong arguments
 */
export function construct(callable: PickleValue, args: PickleValue, spend: Spend): PickleValue {
  if (!Array.isArray(args)) throw new PickleError('arguments are not a tuple');
  if (callable instanceof PickleObject) return new PickleObject(callable.className, args);
  if (!(callable instanceof PickleGlobal)) throw new PickleError('something is called that is no function');
  const make = makers.get(callable.name);
  return make === undefined ? new PickleObject(callable.name, args) : make(args, spend);
}

/**
 * Whether the name of a class or function is one that is understood.
 *
 * @param name module and name
 */
export function isKnownGlobal(name: string): boolean {
  return makers.has(name) || typesByName.has(name) || typesOfStorages.has(name) || plainNames.has(name);
}

/** Names that stand in pickles of tensors but are not called. */
const plainNames: ReadonlySet<string> = new Set([
  'torch.Tensor',
  'torch._tensor.Tensor',
  'torch.nn.parameter.Parameter',
  'torch.nn.parameter.Buffer',
  'torch.storage.TypedStorage',
  'builtins.object',
]);

const first: Make = (args) => args[0] ?? null;
const nothing: Make = () => null;
const sequence: Make = ([items = []]) => {
  if (!Array.isArray(items)) throw new PickleError('a list or set is made of something else than a list');
  return items;
};

const makers: ReadonlyMap<string, Make> = new Map<string, Make>([
  ['torch._utils._rebuild_tensor', (args) => tensor(args)],
  ['torch._utils._rebuild_tensor_v2', (args, spend) => tensor(args, flags(args[6], spend))],
  [
    'torch._utils._rebuild_tensor_v3',
    (args, spend) => tensor(args, flags(args[7], spend), typeNamed(args[6])),
  ],
  ['torch._utils._rebuild_parameter', first],
  ['torch._utils._rebuild_parameter_with_state', first],
  ['torch._tensor._rebuild_from_type', rebuildFromType],
  ['torch._tensor._rebuild_from_type_v2', rebuildFromType],
  ['torch.jit._pickle.build_intlist', first],
  ['torch.jit._pickle.build_doublelist', first],
  ['torch.jit._pickle.build_boollist', first],
  ['torch.jit._pickle.build_tensorlist', first],
  ['torch.jit._pickle.restore_type_tag', first],
  ['torch.Size', sequence],
  ['torch.device', nothing],
  ['collections.OrderedDict', ([items = []], spend) => dict(items, spend)],
  ['collections.defaultdict', ([, items = []], spend) => dict(items, spend)],
  ['builtins.dict', ([items = []], spend) => dict(items, spend)],
  ['builtins.list', sequence],
  ['builtins.tuple', sequence],
  ['builtins.set', sequence],
  ['builtins.frozenset', sequence],
  ['builtins.slice', nothing],
  ['builtins.range', nothing],
  ['builtins.complex', nothing],
  ['builtins.bytearray', ([bytes]) => (bytes instanceof Uint8Array ? bytes : null)],
  ['numpy.core.multiarray.scalar', nothing],
  ['numpy._core.multiarray.scalar', nothing],
  // How bytes are written for Python 2; no bytes are needed.
  ['_codecs.encode', nothing],
  // How protocols 0 and 1 make an instance: class, base class and what the base class is made of.
  ['copyreg._reconstructor', ([cls, , value], spend) => constructDirectly(cls, value ? [value] : [], spend)],
  ['copyreg.__newobj__', ([cls, ...args], spend) => constructDirectly(cls, args, spend)],
]);

/** Makers that are told what to call. */
const delegating: ReadonlySet<string> = new Set([
  'torch._tensor._rebuild_from_type',
  'torch._tensor._rebuild_from_type_v2',
  'copyreg._reconstructor',
  'copyreg.__newobj__',
]);

/** Constructs on behalf of a maker. A maker that is told to call another could go round in circles. */
function constructDirectly(callable: PickleValue, args: PickleValue, spend: Spend): PickleValue {
  if (callable instanceof PickleGlobal && delegating.has(callable.name)) {
    throw new PickleError('a function that calls functions is told to call such a one');
  }
  if (Array.isArray(args)) spend(args.length);
  return construct(callable, args, spend);
}

/** `args` are storage, offset, shape, strides and, since version 2, requires_grad and hooks. */
function tensor(args: readonly PickleValue[], isAltered = false, type?: TorchDataType): PickleTensor {
  const [storage, offset, shape, strides] = args;
  if (!(storage instanceof PickleStorage)) throw new PickleError('a tensor has no storage');
  if (type !== undefined && storage.dtype !== 'U8') throw new PickleError('a tensor has two types');
  return new PickleTensor({ storage, dtype: type ?? storage.dtype, offset, shape, strides, isAltered });
}

/** Whether a tensor's metadata says that its numbers count as negated or conjugated. */
function flags(metadata: PickleValue | undefined, spend: Spend): boolean {
  if (!(metadata instanceof Map)) return false;
  spend(metadata.size);
  return [...metadata.values()].includes(true);
}

function typeNamed(value: PickleValue): TorchDataType {
  const type = value instanceof PickleGlobal ? typesByName.get(value.name) : undefined;
  if (type === undefined) throw new PickleError('a tensor has a type that is not known');
  return type;
}

/** What rebuilds a subclass of tensors: a function, the subclass, arguments and attributes. */
function rebuildFromType([make = null, , args = null]: readonly PickleValue[], spend: Spend): PickleValue {
  return constructDirectly(make, args, spend);
}

function dict(items: PickleValue, spend: Spend): Map<PickleValue, PickleValue> {
  const pairs = items instanceof Map ? [...items] : items;
  if (!Array.isArray(pairs)) throw new PickleError('a dict is made of something else than pairs');
  spend(pairs.length);
  const result = new Map<PickleValue, PickleValue>();
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2)
      throw new PickleError('a dict is made of something else than pairs');
    result.set(pair[0], pair[1]);
  }
  return result;
}
