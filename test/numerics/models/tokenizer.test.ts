import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  clipTokenizerJson,
  findEndToken,
  makeTokenizer,
  wordsOf,
  wordTokenizerJson,
} from '#numerics/models/tokenizer';
import clipBpe from '#resources/tokenizer/clip-bpe.json';

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../golden/clip-tokens.json'), 'utf8'),
) as { text: string; ids: number[] }[];
const json = clipTokenizerJson(clipBpe.merges);

describe('the tokenizer of CLIP', () => {
  const tokenize = makeTokenizer(json, 77, 'tokenizer.json');

  it.each(golden)('cuts “$text” as open_clip does', ({ text, ids }) => {
    const { tokens, endPositions } = tokenize([text]);
    expect([...tokens.subarray(0, ids.length)]).toEqual(ids);
    expect([...tokens.subarray(ids.length)]).toEqual(new Array(77 - ids.length).fill(0));
    expect(endPositions).toEqual([ids.length - 1]);
  });

  it('keeps the end of texts that are too long, and takes several at once', () => {
    const short = makeTokenizer(json, 5, 'tokenizer.json');
    const { tokens, endPositions } = short(['a photo of a cat on a mat', 'cat']);
    expect(endPositions).toEqual([4, 2]);
    expect([...tokens]).toEqual([49406, 320, 1125, 539, 49407, 49406, 2368, 49407, 0, 0]);
  });

  it.each([
    ['no JSON', '{', 'is not JSON'],
    [
      'another kind of model',
      '{"model":{"type":"WordPiece","vocab":{},"merges":[]}}',
      'is not the tokenizer.json',
    ],
    [
      'no mark of the end',
      JSON.stringify({
        ...(JSON.parse(json) as object),
        added_tokens: [],
        model: { type: 'BPE', vocab: { a: 0 }, merges: [] },
      }),
      'has no <|startoftext|>',
    ],
  ])('refuses a file with %s', (_, text, problem) => {
    expect(() => makeTokenizer(text, 77, 'tokenizer.json')).toThrow(
      expect.objectContaining({
        code: 'checkpoint_format',
        message: expect.stringContaining(problem) as unknown,
      }),
    );
  });
});

describe('a tokenizer of words', () => {
  const words = ['a', 'big', 'cat', 'été'];
  const file = wordTokenizerJson(words);
  const tokenize = makeTokenizer(file, 6, 'tokenizer.json');

  it('cuts texts into the words of its vocabulary, whatever is between them', () => {
    const [start, end, unknown] = [0, 1, 2];
    const idsOf = (text: string) => [...tokenize([text]).tokens];
    expect(idsOf('a big cat')).toEqual([start, 3, 4, 5, end, 0]);
    expect(idsOf(' A_“big”-CAT.')).toEqual([start, 3, 4, 5, end, 0]);
    expect(idsOf('a dog, ÉTÉ!')).toEqual([start, 3, unknown, 6, end, 0]);
    expect(wordsOf(' A_“big”-CAT, ÉTÉ!')).toEqual(words);
  });

  it('ends texts with a token that is not the highest, unlike CLIP’s', () => {
    expect(findEndToken(file)).toEqual({ id: 1, isHighest: false });
    expect(findEndToken(json)).toEqual({ id: 49407, isHighest: true });
    expect(() => findEndToken('{}')).toThrow(expect.objectContaining({ code: 'checkpoint_format' }));
  });
});
