import { AppError } from '#contract/errors';

/** The client fails with `AppError` only; anything else is a mistake of the page and says so. */
export function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError('internal', thrown instanceof Error ? thrown.message : String(thrown));
}
