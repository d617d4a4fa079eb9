import { fingerprintSource } from '#artifacts/fingerprint';
import { AppError } from '#contract/errors';
import type { RunContext } from '../run-context';

/**
 * Checks that a source on the user's disk still holds what the spec means, so that a spec's hash
 * stands for the content and not for a path.
 *
 * @throws {AppError} `source_missing`, `source_changed`
 */
export async function assertUnchanged(path: string, fingerprint: string, context: RunContext): Promise<void> {
  context.log(`checking ${path}`);
  const now = await fingerprintSource(path);
  if (now.fingerprint === fingerprint) return;
  throw new AppError('source_changed', `${path} no longer holds what it held when this run was requested.`, {
    path,
    expected: fingerprint,
    actual: now.fingerprint,
  });
}
