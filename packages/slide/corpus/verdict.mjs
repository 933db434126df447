/** What a file's reading means beside its peers', in one word and a sentence. */

/** In the order in which they are printed; those that are wrong end the test with an error. */
export const VERDICTS = {
  'different pixels': true,
  'called damaged though a peer reads it': true,
  'decoders disagree': true,
  crash: true,
  timeout: true,
  memory: true,
  'refused though a peer reads it': false,
  'damaged, and a peer warns': false,
  'read, and by no peer': false,
  'refused by all': false,
  'same as a peer': false,
  'labels read': false,
  'labels refused': false,
};

/** Peers of a few formats: that they refuse a file says nothing of damage. */
const READERS_OF_FEW = ['openslide', 'pydicom'];

const entries = (peers, outcome) => Object.entries(peers).filter(([, answer]) => answer.outcome === outcome);
const names = (list) => list.map(([name]) => name).join(', ');

/**
 * @param ours of the native decoders
 * @param plain of the others, where they were tried
 * @returns {{ verdict: keyof typeof VERDICTS, why: string }}
 */
export function judge(ours, plain, peers) {
  if (ours.outcome in VERDICTS) return { verdict: ours.outcome, why: ours.message };
  if (ours.kind === 'labels') return { verdict: 'labels read', why: `${ours.labels}` };
  if (plain !== undefined && (plain.outcome !== ours.outcome || plain.digest !== ours.digest)) {
    const said = (side) => (side.outcome === 'read' ? `reads ${side.digest}` : `${side.outcome}: ${side.message}`);
    return { verdict: 'decoders disagree', why: `native ${said(ours)}; plain ${said(plain)}` };
  }
  const [same, different] = [entries(peers, 'read'), entries(peers, 'differs')];
  if (ours.outcome === 'refused') {
    if (same.length === 0) return { verdict: 'refused by all', why: ours.message };
    // A peer that reads the format refuses or warns where there is damage; the others read around it.
    const warned = Object.entries(peers)
      .filter(
        ([name, answer]) =>
          answer.warning !== undefined || (!READERS_OF_FEW.includes(name) && answer.outcome === 'refused'),
      )
      .map(([name, answer]) => [name, answer.warning ?? answer.message]);
    if (ours.code !== 'bad-input')
      return { verdict: 'refused though a peer reads it', why: `${names(same)}: ${ours.message}` };
    if (warned.length > 0)
      return { verdict: 'damaged, and a peer warns', why: `${ours.message}; ${names(warned)}: ${warned[0][1]}` };
    return { verdict: 'called damaged though a peer reads it', why: `${names(same)}: ${ours.message}` };
  }
  if (same.length > 0) return { verdict: 'same as a peer', why: names(same) };
  if (different.length > 0) {
    const said = different.map(
      ([name, { difference, worst, mean }]) => `${name} ${difference ?? `by up to ${worst}, ${mean} on average`}`,
    );
    return { verdict: 'different pixels', why: `${ours.pixels}: ${said.join('; ')}` };
  }
  return { verdict: 'read, and by no peer', why: ours.pixels };
}
