import { AppError, parseInput, toAppError, type WireError } from '@starling/domain';
import type { z } from 'zod';

/** The answer to every event: a value, or an error that says whether to try again. */
export type Ack<Value> = { ok: true; value: Value } | { ok: false; error: WireError };

export function succeed<Value>(value: Value): Ack<Value> {
  return { ok: true, value };
}

export function refuse(thrown: unknown): Ack<never> {
  return { ok: false, error: toAppError(thrown).toWire() };
}

/** The value of an answer; throws the peer's error as an AppError. */
export function unwrapAck<Value>(ack: Ack<Value>): Value {
  if (ack.ok) return ack.value;
  throw AppError.fromWire(ack.error);
}

/** Parses a message by its schema; a malformed one is `invalid-input`, naming each field. */
export function parseMessage<Schema extends z.ZodType>(
  schema: Schema,
  message: unknown,
): z.output<Schema> {
  return parseInput(schema, message);
}
