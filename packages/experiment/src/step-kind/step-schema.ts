/** The parts that the schemas of all kinds of steps are made of, so that the same key means the same everywhere. */
import { micronsSchema } from '@ftuseg/nn';
import { z } from 'zod';

/** Names become folders and the keys of tables. */
export const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][\w-]*$/, 'names are made of letters, digits, "-" and "_"')
  .max(64);

export const namesSchema = (what: string) => z.union([nameSchema, z.array(nameSchema).min(1)]).describe(what);
export const fractionSchema = z.number().min(0).max(1);

/** Settings that another schema knows: of `ftu train` or `ftu predict`. They are checked there, with the recipe's line. */
export const settingsSchema = (command: string) =>
  z.record(z.string(), z.unknown()).default({}).describe(`settings of \`ftu ${command}\`, as in its --help`);

export const slidesSchema = z.strictObject({
  table: z.string().min(1).describe('slide table (CSV), Kaggle folder, or folder of images and masks'),
  where: z.string().optional().describe('only these rows: COLUMN=VALUE[|VALUE] or COLUMN!=VALUE'),
  micronsPerPixel: micronsSchema.optional().describe('for rows that do not say theirs'),
  labels: z.boolean().default(true).describe('false: whatever truth the table names is never read'),
});

const outSchema = z
  .string()
  .min(1)
  .optional()
  .describe("folder of the step inside the experiment's; the step's name if unset");

/**
 * The schema of a kind of step.
 * @param kind the value of `do`
 * @param what the kind does, for editors
 * @example
 * const touchSchema = stepSchema('touch', 'a file with one word', { word: z.string() });
 */
export const stepSchema = <K extends string, F extends z.core.$ZodShape>(kind: K, what: string, fields: F) =>
  z.strictObject({ do: z.literal(kind).describe(what), out: outSchema, ...fields });

/** The schema of a step of which nothing is known but what all steps have. */
export type StepSchema = z.ZodObject<{ do: z.ZodLiteral<string>; out: typeof outSchema }, z.core.$strict>;
