/** What coded concepts are called in class maps. */
import { type DataSet, textOf, type Wanted } from '../../../formats/dicom/structure/data-set.js';

const [Value, Scheme, Meaning, LongValue] = [0x00080100, 0x00080102, 0x00080104, 0x00080119];

export const CODE: Wanted = { [Value]: 'value', [Scheme]: 'value', [Meaning]: 'value', [LongValue]: 'value' };

/** Uberon's glomerulus, as `ftu predict` and others write it. */
const GLOMERULUS = 'UBERON:0000074';

const codeOf = (set: DataSet | undefined): string | undefined => textOf(set, Value) ?? textOf(set, LongValue);

/**
 * The meaning of the code. Of a glomerulus the name that counts without a class map, with what is said of its sclerosis.
 * @param modifier as `ftu predict` writes it: sclerotic or normal
 */
export function nameOfCode(
  type: DataSet | undefined,
  modifier: DataSet | undefined,
  decode: (text: string) => string,
): string | undefined {
  if (codeOf(type) === GLOMERULUS) {
    const [said = ''] = [textOf(modifier, Meaning)];
    if (/^sclerotic$/i.test(said)) return 'sclerotic glomerulus';
    return /^normal$/i.test(said) ? 'non-sclerotic glomerulus' : 'glomerulus';
  }
  const meaning = textOf(type, Meaning) ?? codeOf(type);
  return meaning === undefined ? undefined : decode(meaning);
}
