import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { AppError } from '#contract/errors';
import type { TokenizedTexts } from './text-transformer';

/** Turns texts into the tokens of a text tower. */
export type TextTokenizer = (texts: readonly string[]) => TokenizedTexts;

const START = '<|startoftext|>';
const END = '<|endoftext|>';
const UNKNOWN = '<|unknown|>';

const vocab = z.record(z.string(), z.int());

/** The parts of tokenizer.json without which texts cannot be cut: of byte pairs as CLIP's, or of whole words. */
const fileSchema = z
  .object({
    model: z.union([
      z.object({ type: z.literal('BPE').optional(), vocab, merges: z.array(z.unknown()) }).loose(),
      z.object({ type: z.literal('WordPiece'), vocab, unk_token: z.string() }).loose(),
    ]),
  })
  .loose();

/**
 * Makes the tokenizer that a tokenizer.json describes.
 *
 * A text becomes start, its tokens, end; texts that are too long lose their last tokens, never the end,
 * as in OpenAI's `clip.tokenize(…, truncate=True)`. What follows the end is filled with zeros, which the
 * causal text tower does not see.
 *
 * @param text content of tokenizer.json
 * @param contextLength L
 * @param label of the file, for messages
 * @returns a function that takes B texts, and throws `checkpoint_format` at one that the file cannot cut
 * @throws {AppError} `checkpoint_format` if the file is damaged, or no tokenizer of byte pairs or words with CLIP's marks
 */
export function makeTokenizer(text: string, contextLength: number, label: string): TextTokenizer {
  const wrong = (what: string, cause?: unknown) =>
    new AppError('checkpoint_format', `${label} ${what}.`, { file: label }, { cause });
  let parsed;
  try {
    parsed = fileSchema.safeParse(JSON.parse(text));
  } catch (cause) {
    throw wrong('is not JSON', cause);
  }
  if (!parsed.success) throw wrong('is not the tokenizer.json of a tokenizer of byte pairs or words');
  let tokenizer: Tokenizer;
  try {
    tokenizer = new Tokenizer(parsed.data, { bos_token: START, eos_token: END });
  } catch (cause) {
    throw wrong('describes a tokenizer that cannot be built', cause);
  }
  const start = tokenizer.token_to_id(START);
  const end = tokenizer.token_to_id(END);
  if (start === undefined || end === undefined) throw wrong(`has no ${START} or no ${END}`);
  const tokenize = (sentence: string): number[] => {
    let ids: readonly unknown[];
    try {
      ({ ids } = tokenizer.encode(sentence, { add_special_tokens: false }));
    } catch (cause) {
      throw wrong(`fails at the text “${sentence}”`, cause);
    }
    if (!ids.every(isToken)) throw wrong(`gives no tokens for the text “${sentence}”`);
    return [start, ...ids.slice(0, contextLength - 2), end];
  };
  return (texts) => {
    const tokens = new Int32Array(texts.length * contextLength);
    const endPositions = texts.map((sentence, b) => {
      const ids = tokenize(sentence);
      tokens.set(ids, b * contextLength);
      return ids.length - 1;
    });
    return { tokens, endPositions };
  };
}

/**
 * Finds the token that ends a text, at which text towers take their feature.
 *
 * @param text content of tokenizer.json
 * @returns its number, and whether it is the highest of the vocabulary, as in OpenAI's CLIP
 * @throws {AppError} `checkpoint_format` if there is none
 */
export function findEndToken(text: string): { readonly id: number; readonly isHighest: boolean } {
  const parsed = fileSchema.safeParse(JSON.parse(text));
  const vocabulary = parsed.data?.model.vocab ?? {};
  const id = vocabulary[END] as number | undefined;
  if (id === undefined) throw new AppError('checkpoint_format', `The tokenizer has no ${END}.`, {});
  return { id, isHighest: Object.values(vocabulary).every((other) => other <= id) };
}

function isToken(id: unknown): id is number {
  return typeof id === 'number' && Number.isInteger(id) && id >= 0;
}

/**
 * Writes the tokenizer.json of OpenAI's CLIP, which checkpoints without a tokenizer were trained with.
 *
 * Vocabulary: the 256 bytes as visible characters, the same at the end of a word, one entry for each
 * merge, and the two marks. Source: openai/CLIP, `simple_tokenizer.py`.
 *
 * @param merges the byte-pair merges, one a line, best first
 * @returns content of tokenizer.json
 */
export function clipTokenizerJson(merges: string): string {
  const lines = merges.split('\n');
  const bytes = byteCharacters();
  const entries = [
    ...bytes,
    ...bytes.map((character) => `${character}</w>`),
    ...lines.map((line) => line.replace(' ', '')),
    START,
    END,
  ];
  const vocab = Object.fromEntries(entries.map((entry, id) => [entry, id]));
  const special = (content: string) => ({
    id: vocab[content],
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const pattern = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [special(START), special(END)],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: pattern }, behavior: 'Removed', invert: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: {
      type: 'RobertaProcessing',
      sep: [END, vocab[END]],
      cls: [START, vocab[START]],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: END,
      continuing_subword_prefix: '',
      end_of_word_suffix: '</w>',
      fuse_unk: false,
      vocab,
      merges: lines,
    },
  });
}

/** What a word is: letters, with their marks, and digits. */
const WORD = '[\\p{L}\\p{M}\\p{N}]+';

/** Cuts a text into words as the tokenizer of {@link wordTokenizerJson} does. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(new RegExp(WORD, 'gu')) ?? [];
}

/**
 * Writes the tokenizer.json of a vocabulary of whole words: lower case, letters and digits; what is between
 * them, punctuation too, is left out. A word that is not in it becomes one mark for all such words.
 *
 * @param words distinct, as {@link wordsOf} gives them
 * @returns content of tokenizer.json, with the tokens start, end, unknown and then the words in their order
 */
export function wordTokenizerJson(words: readonly string[]): string {
  const marks = [START, END, UNKNOWN];
  const entries = [...marks, ...words];
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: marks.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: { type: 'Split', pattern: { Regex: WORD }, behavior: 'Removed', invert: true },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
    model: {
      type: 'WordPiece',
      unk_token: UNKNOWN,
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(entries.map((entry, id) => [entry, id])),
    },
  });
}

/** How many tokens a vocabulary of words has besides the words. */
export const markCount = 3;

/** The characters by which byte-level BPE writes the 256 bytes, in the order of CLIP's vocabulary. */
function byteCharacters(): string[] {
  const range = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const visible = [...range(0x21, 0x7e), ...range(0xa1, 0xac), ...range(0xae, 0xff)];
  const others = range(0, 0xff).filter((byte) => !visible.includes(byte));
  // Bytes that are not visible characters of Latin-1 stand as the characters from U+0100 on.
  return [...visible, ...others.map((_, i) => 0x100 + i)].map((code) => String.fromCharCode(code));
}
