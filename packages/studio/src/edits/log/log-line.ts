/** A line of `edits.jsonl`: JSON that begins with the checksum of the rest, so that a torn or damaged line is known for one. */
import { crc32c, FtuError } from '@ftuseg/core';
import { z } from 'zod';
import { disagreementSchema } from '../../protocol/disagreements.js';
import { editSchema } from '../../protocol/edits.js';

/** What corrections began from. */
export const baseSchema = z.object({
  kind: z.enum(['prediction', 'truth', 'nothing']),
  /** The prediction's folder or the truth's file, by its name. */
  name: z.string(),
  /** Of the file; empty for `nothing`. */
  sha256: z.string(),
  size: z.number(),
  /** Which corner of the slide a file of truth was read from, where the slide table says it. */
  origin: z.string().optional(),
  /** When the file was last changed, in milliseconds since 1970: equal size and time pass for equal bytes. */
  changed: z.number(),
});
export type BaseRecord = z.output<typeof baseSchema>;

/** The first line. */
const headerSchema = z.object({
  format: z.literal('ftuseg edits'),
  version: z.literal(1),
  slide: z.string(),
  /** Level-0 pixels of the slide; unset where an earlier version began the log. */
  picture: z.object({ width: z.number(), height: z.number() }).optional(),
  base: baseSchema,
});
export type LogHeader = z.output<typeof headerSchema>;

/** An edit; with `base`, also the prediction that counts from here on. Without an edit, that alone. */
const entrySchema = z.object({
  revision: z.number().optional(),
  /** Milliseconds since 1970. */
  time: z.number(),
  edit: editSchema.optional(),
  base: baseSchema.optional(),
  disagreements: z.array(disagreementSchema).optional(),
});
export type LogEntry = z.output<typeof entrySchema>;

const lineSchema = z.union([headerSchema, entrySchema]);
export type LogLine = z.output<typeof lineSchema>;

const PREFIX = '{"crc32c":"';
/** Bytes before the rest of a line: the prefix, eight digits, a quotation mark and a comma. */
const HEAD = PREFIX.length + 10;
const OPEN = 0x7b;
const NEWLINE = 0x0a;

/**
 * @returns the line with its end, UTF-8
 * @throws FtuError `bad-input` for a line that could not be read again
 */
export function encodeLine(line: LogLine): Uint8Array {
  if (!lineSchema.safeParse(line).success) throw new FtuError('bad-input', 'the edit is too large or malformed');
  const body = new TextEncoder().encode(JSON.stringify(line));
  const sum = crc32c(body).toString(16).padStart(8, '0');
  const head = new TextEncoder().encode(`${PREFIX}${sum}",`);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body.subarray(1), head.length);
  bytes[bytes.length - 1] = NEWLINE;
  return bytes;
}

/**
 * @param bytes of one line, without its end
 * @returns undefined for a line whose checksum is wrong or missing, or that is none of a log's
 */
export function decodeLine(bytes: Uint8Array): LogLine | undefined {
  if (bytes.length < HEAD + 2) return undefined;
  const head = String.fromCharCode(...bytes.subarray(0, HEAD));
  if (!head.startsWith(PREFIX) || !head.endsWith('",')) return undefined;
  // What the checksum is of begins with the brace that stands before it in the file: the byte before the rest is a comma.
  const body = bytes.slice(HEAD - 1);
  body[0] = OPEN;
  if (crc32c(body) !== Number.parseInt(head.slice(PREFIX.length, PREFIX.length + 8), 16)) return undefined;
  const line = lineSchema.safeParse(JSON.parse(new TextDecoder().decode(body)));
  return line.success ? line.data : undefined;
}
